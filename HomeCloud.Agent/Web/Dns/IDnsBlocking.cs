using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Dns;

/// <summary>What the DNS server blocks, and changing it while it runs; implemented where both are composed.</summary>
public interface IDnsBlocking
{
    /// <param name="language">Of what is wrong with a list.</param>
    BlockingView Read(Catalogue language);

    /// <param name="name">In question.</param>
    /// <param name="device">An address, a MAC, a name or a group; null: a device in no group.</param>
    /// <param name="language">Of the reason.</param>
    /// <param name="problem">What is wrong, when the result is null.</param>
    BlockTestView? Test(string name, string? device, Catalogue language, out Phrase problem);

    /// <summary>Blocks or allows a name and all below it, at once and from now on.</summary>
    /// <returns>Null, or what is wrong.</returns>
    Phrase? Set(string name, bool allowed);

    /// <summary>Takes that back.</summary>
    /// <returns>Null, or what is wrong.</returns>
    Phrase? Remove(string name);

    /// <param name="length">From now.</param>
    /// <param name="device">Null: everybody.</param>
    /// <returns>Null, or what is wrong.</returns>
    Phrase? Pause(TimeSpan length, string? device);

    /// <param name="device">Null: all that are paused. Empty: the pause for everybody.</param>
    void Resume(string? device);
}

/// <param name="Lists">In the order in which they decide.</param>
/// <param name="Blocked">Names blocked by hand.</param>
/// <param name="Allowed">Names allowed by hand.</param>
/// <param name="Pauses">Who is not blocked for a while.</param>
/// <param name="Groups">Those of the options; the last one is for devices in none. Empty without any.</param>
public sealed record BlockingView(
    IReadOnlyList<BlockingListView> Lists, IReadOnlyList<string> Blocked, IReadOnlyList<string> Allowed, IReadOnlyList<BlockingPauseView> Pauses, IReadOnlyList<BlockingGroupView> Groups);

/// <param name="Name">The one that the options give it; <c>all</c> is for devices in no group.</param>
/// <param name="Devices">As the options have them.</param>
/// <param name="Lists">What counts for it now.</param>
public sealed record BlockingGroupView(string Name, IReadOnlyList<string> Devices, IReadOnlyList<string> Lists);

/// <param name="Name">Of the list.</param>
/// <param name="Source">An https:// address, or a file.</param>
/// <param name="Names">Names that it blocks; missing while it is not in use.</param>
/// <param name="Hits">Answers that it blocked since the start.</param>
/// <param name="Fetched">When the copy in use came.</param>
/// <param name="Problem">Why the last look at its source was refused.</param>
public sealed record BlockingListView(string Name, string Source, int? Names, long Hits, DateTimeOffset? Fetched, string? Problem);

/// <param name="Device">Or group; missing: everybody.</param>
/// <param name="Until">When blocking goes on.</param>
/// <param name="Name">The device's name, where one is known.</param>
public sealed record BlockingPauseView(string? Device, DateTimeOffset Until, string? Name = null);

/// <param name="Name">In question.</param>
/// <param name="IsBlocked">Whether it is blocked.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="List">Whose rule decides.</param>
/// <param name="Rule">The name that the rule is for.</param>
/// <param name="Line">Of the list.</param>
/// <param name="Group">Whose rules these are; missing where there are no groups.</param>
public sealed record BlockTestView(string Name, bool IsBlocked, string Reason, string? List, string? Rule, string? Line, string? Group);

/// <param name="Allowed">True: whatever lists say, it is not blocked. False: it is blocked.</param>
public sealed record NameDecision(bool Allowed);

/// <param name="Seconds">1 to 86400.</param>
/// <param name="Device">An address, a MAC, a name or a group; missing: all devices.</param>
public sealed record PauseRequest(int Seconds, string? Device = null);
