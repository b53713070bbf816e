using System.Diagnostics.Metrics;
using HomeCloud.Registry;

namespace HomeCloud.Dns.Projection;

/// <summary>Where names come from, and whether it is there, as instruments. All are observed: nothing is spent until they are read.</summary>
internal sealed class RegistryInstruments : IDisposable
{
    private readonly Meter _meter = new("HomeCloud.Dns");

    public RegistryInstruments(IReadOnlyCollection<IRegistryReader> readers)
    {
        _meter.CreateObservableGauge("homecloud.dns.registry.connected", () => Of(readers, reader => reader.Health.Connected ? 1 : 0), null, "1 while the source of names is connected; 0 while it is unreachable and names are answered from memory.");
        _meter.CreateObservableGauge("homecloud.dns.registry.since", () => Of(readers, reader => reader.Health.Since.ToUnixTimeMilliseconds() / 1000.0), "s", "When the source was connected or lost, in seconds since 1970.");
        _meter.CreateObservableGauge("homecloud.dns.registry.names", () => Of(readers, reader => reader.Current.Records.Count), "{name}", "Names in the source, of all owners.");
        _meter.CreateObservableGauge("homecloud.dns.registry.revision", () => Of(readers, reader => reader.Current.Revision), null, "Revision of the names being answered; the same on every DNS server that is up to date.");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<T>> Of<T>(IReadOnlyCollection<IRegistryReader> readers, Func<IRegistryReader, T> value)
        where T : struct => readers
        .Where(reader => reader.Health.Since != DateTimeOffset.UnixEpoch) // never read: no hosts file is configured
        .Select(reader => new Measurement<T>(value(reader), new KeyValuePair<string, object?>("source", reader.GetType().Name)));
}
