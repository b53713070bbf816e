using HomeCloud.Dns.Telemetry.Health;
using HomeCloud.Dns.Transport;

namespace HomeCloud.Dns.Hosting;

/// <summary>Ready means that every address is served; what is missing is named, with the reason.</summary>
internal sealed class ListeningCheck(DnsTransport transport) : IReadinessCheck
{
    public const string CheckName = "listening";

    public string Name => CheckName;

    public ReadinessResult Check()
    {
        var missing = transport.Missing;
        var count = transport.Addresses.Count;
        if (missing.Count == 0)
            return count > 0 ? new(true, $"{count} addresses are served") : new(false, "no address to listen on yet");
        var reasons = string.Join("; ", missing.Select(address => address.Reason));
        return new(count > 0 && missing.All(address => address.IsOptional), $"{count} addresses are served, {missing.Count} missing: {reasons}");
    }
}
