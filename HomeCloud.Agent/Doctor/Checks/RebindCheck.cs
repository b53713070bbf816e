using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether the router asks us, but drops the private addresses in our answers: DNS rebind protection.</summary>
internal sealed class RebindCheck : IDoctorCheck
{
    public string Id => "rebind";

    public Phrase Title => "rebind protection";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        var zone = patient.Options.Zone;
        if (patient.Router is not { } router || await patient.DnsAsync(cancellationToken) is not { } dns || router.Equals(dns))
            return [Finding.Note("no router between clients and HomeCloud to check")];
        if (await OurNames.KnowsAsync(patient, router, cancellationToken) != true)
            return [Finding.Ok($"the router {router.Address} answers no .{zone} names, so it drops none")];

        var name = "check." + zone;
        var direct = await patient.Stub.AskAsync(dns, name, RecordType.A, cancellationToken);
        if (direct is not { Addresses.Count: > 0 })
            return [Finding.Note($"{name} has no address at {dns}, so nothing can be compared")];
        var routed = await patient.Stub.AskAsync(router, name, RecordType.A, cancellationToken);
        if (routed is { Addresses.Count: > 0 })
            return [Finding.Ok($"the router {router.Address} passes private addresses")];
        return
        [
            Finding.Problem(
                $"{name} is {direct.Addresses[0]} at HomeCloud, but has no address at the router {router.Address} ({routed?.CodeText ?? (Phrase)"no answer"}): it drops private addresses in answers (rebind protection).",
                Phrase.Join(
                    "\n",
                    $"Best: let DHCP hand out {dns.Address} itself (option 6), so devices do not ask the router. Otherwise add an exception for {zone}:",
                    Finding.Verbatim($"OpenWrt:  uci add_list dhcp.@dnsmasq[0].rebind_domain='/{zone}/'; uci commit dhcp; service dnsmasq restart\ndnsmasq:  rebind-domain-ok=/{zone}/"),
                    $"FRITZ!Box: Home Network > Network > Network Settings > DNS Rebind Protection: add {zone}")),
        ];
    }
}
