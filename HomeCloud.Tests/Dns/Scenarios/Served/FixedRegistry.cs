using System.Threading.Channels;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Dns.Scenarios.Served;

/// <summary>The names of a scenario, which never change.</summary>
internal sealed class FixedRegistry(IEnumerable<NameRecord> records) : IRegistryReader
{
    public RegistrySnapshot Current { get; } = records.Aggregate(
        RegistrySnapshot.Empty with { Revision = 1 },
        (snapshot, record) => snapshot with { Records = snapshot.Records.SetItem(record.Key, record) });

    public RegistryHealth Health { get; } = new(true, DateTimeOffset.UnixEpoch.AddYears(56), "a test");

    public IAsyncEnumerable<RegistryUpdate> WatchAsync(CancellationToken cancellationToken = default)
    {
        var updates = Channel.CreateUnbounded<RegistryUpdate>();
        updates.Writer.TryWrite(new RegistryUpdate(Current, default));
        return updates.Reader.ReadAllAsync(cancellationToken);
    }
}
