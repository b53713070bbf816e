using System.Diagnostics.Metrics;
using System.Net;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Machine;

namespace HomeCloud.Dns.Transport;

/// <summary>Which of the addresses that machines share this one holds now: for <c>check.home</c>, and as an instrument. Looked at when asked.</summary>
public sealed class SharedAddresses : IDisposable
{
    private readonly Meter _meter = new("HomeCloud.Dns");
    private readonly IPAddress[] _addresses;

    public SharedAddresses(ListenOptions options)
    {
        _addresses = [.. ListenAddress.ReadAll(options.SharedAddresses, ListenOptions.DnsPort).Select(local => local.Address).Distinct()];
        if (_addresses.Length > 0)
            _meter.CreateObservableGauge("homecloud.dns.shared_address.held", Measure, null, "1 while this machine holds the shared address; 0 while another machine holds it, or none.");
    }

    /// <summary>One line an address, as the doctor reads it.</summary>
    public IEnumerable<string> Describe() => _addresses.Select(address => SharedAddressText.Of(address, LocalAddresses.IsHere(address)));

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<int>> Measure() =>
        _addresses.Select(address => new Measurement<int>(LocalAddresses.IsHere(address) ? 1 : 0, new KeyValuePair<string, object?>("address", address.ToString())));
}
