using System.Diagnostics.Metrics;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Resolving.Ability;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving;

/// <summary>Verdicts of validation as an instrument; observed, as all are.</summary>
internal sealed class ValidationInstruments : IDisposable
{
    private static readonly Security[] Results = [Security.Secure, Security.Insecure, Security.Bogus, Security.Indeterminate];

    private readonly Meter _meter = new("HomeCloud.Dns");

    public ValidationInstruments(ValidatedForwarding validated, Forwarder forwarder)
    {
        _meter.CreateObservableCounter(
            "homecloud.dns.dnssec.answers",
            () => Results.Select(result => new Measurement<long>(validated.Count(result), new KeyValuePair<string, object?>("result", DnsText.Of(result)))),
            "{answer}",
            "Upstream answers validated, by result: secure, insecure (unsigned), bogus (forged or signed badly), indeterminate (keys not reachable).");
        _meter.CreateObservableGauge("homecloud.dns.dnssec.validating", () => validated.State == ValidationState.Validating ? 1L : 0L, null, "1 while answers from outside are validated, 0 while no upstream gives what it takes, or the clock is wrong.");
        _meter.CreateObservableGauge(
            "homecloud.dns.upstream.signatures",
            () => forwarder.General.Where(upstream => upstream.Signatures.Passes is not null)
                .Select(upstream => new Measurement<long>(upstream.Signatures.Passes == true ? 1 : 0, new KeyValuePair<string, object?>("upstream", upstream.Address.Text))),
            null,
            "1 for an upstream that passes DNSSEC signatures, 0 for one that does not; upstreams that nobody has looked at are missing.");
    }

    public void Dispose() => _meter.Dispose();
}
