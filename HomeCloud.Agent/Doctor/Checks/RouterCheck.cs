using System.Net;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Stub;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether the household is really led to us: by the address that DHCP hands out, or by the router's DNS server that asks us.</summary>
internal sealed class RouterCheck : IDoctorCheck
{
    public string Id => "router";

    public Phrase Title => "router asks HomeCloud";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        var zone = patient.Options.Zone;
        var dns = await patient.DnsAsync(cancellationToken);
        if (dns is not null && await OurNames.KnowsAsync(patient, dns, cancellationToken) != true)
            return [Finding.Problem($"HomeCloud's DNS server at {dns} does not answer for .{zone}.", "Check its log:  docker compose logs   or   journalctl -u homecloud-dns -u homecloud-agent")];

        List<Finding> findings = [];
        var offers = await patient.OffersAsync(cancellationToken);
        var handedOut = offers.SelectMany(offer => offer.DnsServers).Distinct().ToList();
        foreach (var server in handedOut)
        {
            if (await OurNames.KnowsAsync(patient, new IPEndPoint(server, StubClient.DnsPort), cancellationToken) == true)
                continue;
            findings.Add(Finding.Problem(
                $"the router hands out {server} as DNS server, and that server does not know .{zone}: devices that ask it do not find your servers.",
                Phrase.Join(
                    "\n",
                    $"In the router's DHCP settings set HomeCloud as the only DNS server (option 6 = {dns?.Address.ToString() ?? (Phrase)"its address"}), see docs/router.md. OpenWrt:",
                    Finding.Verbatim($"uci add_list dhcp.lan.dhcp_option='6,{dns?.Address.ToString() ?? "ADDRESS"}'; uci commit dhcp; service dnsmasq restart"))));
        }

        if (handedOut.Count > 0)
            return findings.Count > 0 ? findings : [Finding.Ok($"DHCP hands out {string.Join(", ", handedOut)}, which knows .{zone}")];

        // The doctor could not ask by DHCP: look at the router's own DNS server instead.
        if (patient.Router is not { } router)
            return [Finding.Note("no router found: this machine has no default route")];
        return await OurNames.KnowsAsync(patient, router, cancellationToken) switch
        {
            true => [Finding.Ok($"the router's DNS server {router.Address} asks HomeCloud for .{zone}")],
            false => [Finding.Problem($"the router's DNS server {router.Address} does not ask HomeCloud for .{zone}.", $"Let it forward to {dns?.Address.ToString() ?? "HomeCloud"}, or hand that address out by DHCP (option 6): docs/router.md")],
            null => [Finding.Note($"the router {router.Address} runs no DNS server that answers here, and no DHCP server answered the doctor (needs root)")],
        };
    }
}
