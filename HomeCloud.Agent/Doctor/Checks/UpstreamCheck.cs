using System.Security.Cryptography;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether names of the world outside are answered through HomeCloud, and how long that takes.</summary>
internal sealed class UpstreamCheck : IDoctorCheck
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(400);

    public string Id => "upstream";

    public Phrase Title => "internet names";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (await patient.DnsAsync(cancellationToken) is not { } dns)
            return [Finding.Note("no DNS server of HomeCloud found")];
        var inUse = (await patient.Stub.AskAsync(dns, "check." + patient.Options.Zone, RecordType.Txt, cancellationToken))?.Texts
            .SelectMany(text => text.Split("; ")).FirstOrDefault(text => text.StartsWith("upstream", StringComparison.Ordinal));
        var outside = patient.Options.OutsideName;
        // A name that nobody has cached below one that exists: denied or not, an upstream has to be asked.
        var fresh = $"doctor-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}.{outside}";
        var reply = await patient.Stub.AskAsync(dns, fresh, RecordType.A, cancellationToken);
        var detail = inUse is null ? "" : $" ({inUse})";
        if (reply is null || reply.ResponseCode == ResponseCode.ServerFailure)
        {
            return
            [
                Finding.Problem(
                    $"no upstream server answers for {outside}: {(reply is null ? (Phrase)"no answer in time" : Finding.Verbatim("SERVFAIL"))}{detail}. Your own names work; internet names do not.",
                    Phrase.Join(
                        "\n",
                        "Check the internet connection. If it is up, set other servers.",
                        Remedy.SetForDns("upstream", "9.9.9.9", "149.112.112.112"),
                        "Never set the router if the router asks HomeCloud: that is a loop.")),
            ];
        }

        return reply.Elapsed > Slow
            ? [Finding.Warning($"an uncached name took {reply.Elapsed.TotalMilliseconds:0} ms{detail}.", "Put a nearer server first: with compose in HOMECLOUD_UPSTREAM of .env, otherwise in upstream of /etc/homecloud/agent.json, or of dns.json where homecloud-dns runs. Your provider's is usually the nearest.")]
            : [Finding.Ok($"an uncached name took {reply.Elapsed.TotalMilliseconds:0} ms{detail}")];
    }
}
