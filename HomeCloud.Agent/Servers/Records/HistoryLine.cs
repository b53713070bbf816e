namespace HomeCloud.Agent.Servers.Records;

/// <summary>One thing that happened, and who did it.</summary>
/// <param name="At">UTC.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Subject">The server or name it happened to; empty when it concerns the page itself.</param>
/// <param name="By">A user name, a token's name, <c>docker</c> when it was not done through us, or <c>homecloud</c>.</param>
/// <param name="Detail">For a person; never a secret.</param>
public sealed record HistoryLine(DateTimeOffset At, HistoryKind Kind, string Subject, string By, string Detail = "");

public enum HistoryKind
{
    Created,
    CreateFailed,
    Started,
    Stopped,
    Restarted,
    Renamed,
    Moved,
    Removed,
    Expired,
    Died,
    FellAsleep,
    Woken,
    WakeFailed,
    SleepSet,
    Changed,
    Updated,
    TakenBack,
    ChangeFailed,
    TerminalOpened,
    TerminalClosed,
    NameAdded,
    NameRemoved,
    RecordAdded,
    RecordRemoved,
    KeyAdded,
    KeyRemoved,
    SignedIn,
    SignInFailed,
    SignedOut,
    PasswordSet,
    TokenMade,
    TokenRevoked,
}
