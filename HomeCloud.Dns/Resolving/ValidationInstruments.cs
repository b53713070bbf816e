using System.Diagnostics.Metrics;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving;

/// <summary>Verdicts of validation as an instrument; observed, as all are.</summary>
internal sealed class ValidationInstruments : IDisposable
{
    private static readonly Security[] Results = [Security.Secure, Security.Insecure, Security.Bogus, Security.Indeterminate];

    private readonly Meter _meter = new("HomeCloud.Dns");

    public ValidationInstruments(ValidatedForwarding validated) => _meter.CreateObservableCounter(
        "homecloud.dns.dnssec.answers",
        () => Results.Select(result => new Measurement<long>(validated.Count(result), new KeyValuePair<string, object?>("result", DnsText.Of(result)))),
        "{answer}",
        "Upstream answers validated, by result: secure, insecure (unsigned), bogus (forged or signed badly), indeterminate (keys not reachable).");

    public void Dispose() => _meter.Dispose();
}
