namespace HomeCloud.Agent.Servers.History;

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
    NameAdded,
    NameRemoved,
    KeyAdded,
    KeyRemoved,
    SignedIn,
    SignInFailed,
    SignedOut,
    PasswordSet,
    TokenMade,
    TokenRevoked,
}
