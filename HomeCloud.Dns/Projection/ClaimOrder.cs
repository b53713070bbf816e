using HomeCloud.Registry;

namespace HomeCloud.Dns.Projection;

/// <summary>
/// Who wins a name that several owners claim. Stable, and the same on every DNS server, because it depends on the records alone:
/// all others before what devices call themselves (lease files), real before substitute (but for a page's), live owner before dead, what a person wrote (<c>static</c>, hosts files, zone files) before the page, the page before containers, running before paused and asleep before stopped, then the
/// oldest, then by owner id and source.
/// </summary>
internal static class ClaimOrder
{
    /// <returns>Negative when <paramref name="left"/> beats <paramref name="right"/>.</returns>
    public static int Compare(NameClaim left, bool leftAlive, NameClaim right, bool rightAlive)
    {
        var order = IsSelfChosen(left).CompareTo(IsSelfChosen(right));
        if (order == 0)
            order = IsMakeshift(left).CompareTo(IsMakeshift(right));
        if (order == 0)
            order = rightAlive.CompareTo(leftAlive);
        if (order == 0)
            order = Rank(left).CompareTo(Rank(right));
        if (order == 0)
            order = Standing(left).CompareTo(Standing(right));
        if (order == 0)
            order = left.Record.Since.CompareTo(right.Record.Since);
        if (order == 0)
            order = string.CompareOrdinal(left.Record.Owner, right.Record.Owner);
        return order != 0 ? order : left.Source.CompareTo(right.Source);
    }

    /// <summary>Even a server whose agent is away keeps its name: a device could call itself anything.</summary>
    private static bool IsSelfChosen(NameClaim claim) => claim.Record.Owner == WellKnownOwners.LeaseFile;

    /// <summary>A page's second name is no makeshift: a container that claimed it would be taken for that machine's page.</summary>
    private static bool IsMakeshift(NameClaim claim) => claim.IsSubstitute && !WellKnownOwners.IsPage(claim.Record.Owner);

    private static int Rank(NameClaim claim) => claim.Record.Owner switch
    {
        var owner when WellKnownOwners.IsByHand(owner) => 0,
        var owner when WellKnownOwners.IsPage(owner) => 1,
        _ => 2,
    };

    private static int Standing(NameClaim claim) => claim.Record.State switch
    {
        RecordState.Running => 0,
        // Servers that do not know the state read it as paused, and must decide alike.
        RecordState.Paused or RecordState.Asleep => 1,
        _ => 2,
    };
}
