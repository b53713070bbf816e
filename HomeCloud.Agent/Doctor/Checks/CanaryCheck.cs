using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether browsers are told to stay with the LAN's DNS instead of their own DNS over HTTPS.</summary>
internal sealed class CanaryCheck : IDoctorCheck
{
    private const string Canary = "use-application-dns.net";

    public string Id => "doh-canary";

    public Phrase Title => "DNS over HTTPS in browsers";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (await patient.DnsAsync(cancellationToken) is not { } dns)
            return [Finding.Note("no DNS server of HomeCloud found")];
        var reply = await patient.Stub.AskAsync(dns, Canary, RecordType.A, cancellationToken);
        if (reply is null)
            return [Finding.Note($"{dns} does not answer")];
        return reply.ResponseCode != ResponseCode.NoError || reply.Addresses.Count == 0
            ? [Finding.Ok($"{Canary} is denied, so Firefox uses the LAN's DNS")]
            :
            [
                Finding.Warning(
                    $"{Canary} has an address, so Firefox may turn on its own DNS over HTTPS and not find your servers.",
                    "HomeCloud denies it by default: remove the option that turned that off (docs/dns.md, special names)."),
            ];
    }
}
