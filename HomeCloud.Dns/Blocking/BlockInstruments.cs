using System.Diagnostics.Metrics;
using HomeCloud.Dns.Blocking.Groups;
using HomeCloud.Dns.Blocking.Lists;

namespace HomeCloud.Dns.Blocking;

/// <summary>The lists as instruments. All are observed: nothing is spent while nobody looks.</summary>
internal sealed class BlockInstruments : IDisposable
{
    private readonly Meter _meter = new("HomeCloud.Dns.Blocking");

    public BlockInstruments(BlockKeeper keeper, TimeProvider time)
    {
        _meter.CreateObservableCounter("homecloud.dns.blocked", () => InUse(keeper).Select(list => Of(list, list.Current!.Hits.Count)).Concat(Others(keeper)), "{answer}", "Answers that each block list blocked, and that safe-search led elsewhere.");
        _meter.CreateObservableGauge("homecloud.dns.block_list.names", () => InUse(keeper).Select(list => Of(list, (long)list.Current!.Table.Blocked)), "{name}", "Names that each block list blocks.");
        _meter.CreateObservableGauge("homecloud.dns.block_list.age", () => InUse(keeper).Where(list => list.Checked is not null).Select(list => Of(list, (time.GetUtcNow() - list.Checked!.Value).TotalSeconds)), "s", "Time since the source of each block list was last reached.");
        _meter.CreateObservableGauge("homecloud.dns.block_list.up", () => keeper.Lists.Select(list => Of(list, list.Problem is null && list.Current is not null ? 1L : 0L)), null, "1 while a block list is in use and its source gives it, 0 when it was refused.");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<FollowedList> InUse(BlockKeeper keeper) => keeper.Lists.Where(list => list.Current is not null);

    private static IEnumerable<Measurement<long>> Others(BlockKeeper keeper)
    {
        if (keeper.Own.Current is not null)
            yield return Of(keeper.Own.Hits);
        if (keeper.Groups.Any(group => group.Lists?.Any(entry => entry.List == BlockGroup.SafeSearch) == true))
            yield return Of(keeper.SafeSearchHits);
    }

    private static Measurement<long> Of(BlockCounter hits) => new(hits.Count, new KeyValuePair<string, object?>("list", hits.Name));

    private static Measurement<T> Of<T>(FollowedList list, T value)
        where T : struct =>
        new(value, new KeyValuePair<string, object?>("list", list.Name));
}
