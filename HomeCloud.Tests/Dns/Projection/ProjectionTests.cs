using System.Collections.Immutable;
using System.Net;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;
using HomeCloud.Tests.Dns.Messages;

namespace HomeCloud.Tests.Dns.Projection;

/// <summary>A zone that follows registries, and how a test changes and asks them.</summary>
public abstract class ProjectionTests
{
    protected static readonly DateTimeOffset Nine = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private protected Dictionary<int, RegistrySnapshot> Sources { get; } = [];

    private protected PipelineHarness Harness { get; } = new();

    private protected static IEnumerable<string> Content(PipelineHarness harness) =>
        harness.Catalog.ForwardZones.Take(1).Concat(harness.Catalog.ReverseZones)
            .SelectMany(zone => zone.Names.All.Select(node => $"{DnsName.ToText(zone.Origin)} {Convert.ToHexString(node.Name)} {Convert.ToHexString(node.Packed)}"))
            .Order(StringComparer.Ordinal);

    protected static NameRecord Record(string name, string owner, params string[] addresses) => Record(name, owner, addresses, null);

    protected static NameRecord Record(string name, string owner, string address, string host) => Record(name, owner, [address], host);

    protected static NameRecord Record(string name, string owner, string[] addresses, string? host) => new()
    {
        Name = name,
        Owner = owner,
        Since = Nine,
        Addresses = [.. addresses.Select(IPAddress.Parse)],
        Attributes = host is null
            ? ImmutableSortedDictionary<string, string>.Empty
            : ImmutableSortedDictionary<string, string>.Empty.Add(RecordAttributes.Host, host),
    };

    protected string Address(string name)
    {
        var answer = Harness.Ask($"{name}.home.", RecordType.A);
        return answer.Answer.Count == 1 ? answer.Answer[0].Split(' ')[^1] : answer.Code;
    }

    protected string Pointer(string reversed)
    {
        var answer = Harness.Ask($"{reversed}.in-addr.arpa.", RecordType.Ptr);
        return answer.Answer.Count == 1 ? answer.Answer[0].Split(' ')[^1] : answer.Code;
    }

    protected void Put(int source, NameRecord record) => Change(source, RecordChange.Put(record));

    protected void Remove(int source, string owner, string name) => Change(source, RecordChange.Remove(new RecordKey(owner, name)));

    protected void Change(int source, RecordChange change)
    {
        var now = Sources.GetValueOrDefault(source) ?? RegistrySnapshot.Empty;
        if (now.Revision == 0)
            Harness.Projection.Apply(source, new RegistryUpdate(now, default));
        now = now with
        {
            Revision = now.Revision + 1,
            Records = change.Record is { } record ? now.Records.SetItem(change.Key, record) : now.Records.Remove(change.Key),
        };
        Sources[source] = now;
        Harness.Projection.Apply(source, new RegistryUpdate(now, [change]));
    }

    protected int Snapshot(int source, params NameRecord[] records)
    {
        var snapshot = RegistrySnapshot.Empty with { Revision = 99, Records = records.ToImmutableDictionary(record => record.Key) };
        Sources[source] = snapshot;
        return Harness.Projection.Apply(source, new RegistryUpdate(snapshot, default));
    }

    protected void SetAlive(int source, string owner, bool alive)
    {
        var now = Sources[source];
        now = now with { Revision = now.Revision + 1, Owners = now.Owners.SetItem(owner, new OwnerStatus(owner, alive, Nine)) };
        Sources[source] = now;
        Harness.Projection.Apply(source, new RegistryUpdate(now, [], OwnersChanged: true));
    }
}
