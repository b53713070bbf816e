using System.Diagnostics.Metrics;
using System.Reflection;

namespace HomeCloud.Dns.Telemetry;

/// <summary>The meter of this server's own instruments; other layers have meters of their own whose names begin with <c>HomeCloud.</c> too.</summary>
internal static class TelemetryMeter
{
    public const string Name = "HomeCloud.Dns";

    public static string Version { get; } =
        typeof(TelemetryMeter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static Meter Create() => new(Name, Version);
}
