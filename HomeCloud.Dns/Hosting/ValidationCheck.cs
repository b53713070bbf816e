using HomeCloud.Dns.Resolving;
using HomeCloud.Dns.Telemetry.Health;

namespace HomeCloud.Dns.Hosting;

/// <summary>Says whether answers are validated. It ends no readiness: without validation names resolve as before.</summary>
internal sealed class ValidationCheck(ValidatedForwarding validated) : IReadinessCheck
{
    public string Name => "dnssec";

    public ReadinessResult Check() => new(true, validated.Describe());
}
