using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.HostsFile;
using HomeCloud.Dns.Telemetry;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Registry;

namespace HomeCloud.Dns.Hosting.Options;

/// <summary>Asks every section's validator. Each message names the option, the value and the fix.</summary>
public static class DnsServerOptionsValidator
{
    public static IEnumerable<string> Validate(DnsServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return
        [
            .. ListenOptionsValidator.Validate(options.Listen),
            .. options.Zones.Validate(),
            .. ForwardingOptionsValidator.Validate(options.Forwarding),
            .. CacheOptionsValidator.Validate(options.Cache),
            .. HostsFileOptionsValidator.Validate(options.HostsFiles),
            .. options.Serving.Validate(),
            .. TelemetryOptionsValidator.Validate(options.Telemetry),
            .. RegistryOptionsValidator.Validate(options.Registry),
        ];
    }
}
