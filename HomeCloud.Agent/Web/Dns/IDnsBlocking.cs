namespace HomeCloud.Agent.Web.Dns;

/// <summary>What the DNS server blocks, and changing it while it runs; implemented where both are composed.</summary>
public interface IDnsBlocking
{
    BlockingView Read();

    /// <returns>Null when that is no name.</returns>
    BlockTestView? Test(string name);

    /// <summary>Blocks or allows a name and all below it, at once and from now on.</summary>
    /// <returns>Null, or what is wrong.</returns>
    string? Set(string name, bool allowed);

    /// <summary>Takes that back.</summary>
    /// <returns>Null, or what is wrong.</returns>
    string? Remove(string name);

    /// <param name="length">From now.</param>
    /// <param name="device">Null: everybody.</param>
    /// <returns>Null, or what is wrong.</returns>
    string? Pause(TimeSpan length, string? device);

    /// <param name="device">Null: all that are paused.</param>
    void Resume(string? device);
}

/// <param name="Lists">In the order in which they decide.</param>
/// <param name="Blocked">Names blocked by hand.</param>
/// <param name="Allowed">Names allowed by hand.</param>
/// <param name="Pauses">Who is not blocked for a while.</param>
public sealed record BlockingView(IReadOnlyList<BlockingListView> Lists, IReadOnlyList<string> Blocked, IReadOnlyList<string> Allowed, IReadOnlyList<BlockingPauseView> Pauses);

/// <param name="Name">Of the list.</param>
/// <param name="Source">An https:// address, or a file.</param>
/// <param name="Names">Names that it blocks; missing while it is not in use.</param>
/// <param name="Hits">Answers that it blocked since the start.</param>
/// <param name="Fetched">When the copy in use came.</param>
/// <param name="Problem">Why the last look at its source was refused.</param>
public sealed record BlockingListView(string Name, string Source, int? Names, long Hits, DateTimeOffset? Fetched, string? Problem);

/// <param name="Device">Missing: everybody.</param>
/// <param name="Until">When blocking goes on.</param>
/// <param name="Name">The device's name, where one is known.</param>
public sealed record BlockingPauseView(string? Device, DateTimeOffset Until, string? Name = null);

/// <param name="Name">In question.</param>
/// <param name="IsBlocked">Whether it is blocked.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="List">Whose rule decides.</param>
/// <param name="Rule">The name that the rule is for.</param>
/// <param name="Line">Of the list.</param>
public sealed record BlockTestView(string Name, bool IsBlocked, string Reason, string? List, string? Rule, string? Line);

/// <param name="Allowed">True: whatever lists say, it is not blocked. False: it is blocked.</param>
public sealed record NameDecision(bool Allowed);

/// <param name="Seconds">1 to 86400.</param>
/// <param name="Device">Missing: all devices.</param>
public sealed record PauseRequest(int Seconds, string? Device = null);
