using System.Net;
using System.Net.Sockets;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Machine;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>
/// Whether exactly one machine holds the DNS address that several share (VRRP), the others could take it, and devices are led to
/// it. Each DNS server is asked at its own address: <c>check.home</c> there tells whether its machine holds the shared one.
/// </summary>
internal sealed class SharedAddressCheck : IDoctorCheck
{
    private const string KeepalivedLog = "journalctl -u keepalived   or, with compose,   docker compose logs dns";

    public string Id => "shared-address";

    public Phrase Title => "shared DNS address";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (patient.Options.SharedAddresses.Count == 0)
            return [Finding.Note("not used (see docs/several-machines.md: one DNS address that outlives a machine)")];
        var machines = await Task.WhenAll(await AskedAsync(patient, cancellationToken));
        List<Finding> findings = [];
        foreach (var shared in patient.Options.SharedAddresses)
            findings.AddRange(await JudgeAsync(patient, shared, machines, cancellationToken));
        foreach (var silent in machines.Where(machine => machine.Text is null))
            findings.Add(Finding.Warning($"{silent.Name} answers no DNS query, so it cannot take the address over.", "Check its log there:  journalctl -u homecloud-dns -u homecloud-agent   or   docker compose logs dns"));
        if (machines.All(machine => machine.IsThisOne))
            findings.Add(Finding.Note("the other machine is not set, so whether it can take the address over was not checked", "Name the other machine's DNS server, at that machine's own address:  --peer-dns ADDRESS; with compose, HOMECLOUD_PEER_DNS in .env; for the page, peer-dns in /etc/homecloud/agent.json"));
        findings.AddRange(await HandedOutAsync(patient, cancellationToken));
        return findings;
    }

    private static async Task<IEnumerable<Task<SharingMachine>>> AskedAsync(Patient patient, CancellationToken cancellationToken)
    {
        var own = await patient.DnsAsync(cancellationToken);
        var all = patient.Options.PeerDns.Select(peer => (Dns: peer, IsThisOne: false));
        if (own is not null)
            all = all.Where(peer => !peer.Dns.Equals(own)).Prepend((own, true));
        return all.Select(async machine =>
        {
            var reply = await patient.Stub.AskAsync(machine.Dns, $"check.{patient.Options.Zone}", RecordType.Txt, cancellationToken);
            return new SharingMachine(machine.Dns, machine.IsThisOne, reply is null ? null : string.Join('\n', reply.Texts));
        });
    }

    private static async Task<IEnumerable<Finding>> JudgeAsync(Patient patient, IPEndPoint shared, SharingMachine[] machines, CancellationToken cancellationToken)
    {
        var address = shared.Address;
        var answers = await OurNames.KnowsAsync(patient, shared, cancellationToken);
        var holders = machines.Where(machine => machine.Holds(address) == true).ToList();
        var findings = machines
            .Where(machine => machine.Text is not null && machine.Holds(address) is null)
            .Select(machine => Finding.Warning($"{machine.Name} does not know that {address} is shared, and may answer late when it gets the address.", Share(address)))
            .ToList();
        findings.Insert(0, (holders.Count, answers) switch
        {
            ( > 1, _) => Finding.Problem(
                $"{address} is held by {holders.Select(holder => holder.Name).Aggregate((Phrase one, Phrase other) => $"{one} and {other}")} at once: each device reaches one of them by chance.",
                Phrase.Join(
                    "\n",
                    "Their VRRP messages do not reach each other. Check that virtual_router_id is the same on both. A firewall in between must let IP protocol 112 through (to 224.0.0.18 and ff02::12, or to the unicast_peer).",
                    KeepalivedLog)),
            (0, null) => Finding.Problem(
                $"no machine holds {address}: devices that ask it get no answer.",
                Phrase.Join("\n", "Start keepalived on both machines:  sudo systemctl enable --now keepalived   and check why it does not take the address:", KeepalivedLog)),
            (_, not true) => Finding.Problem(
                $"{address} is held by {(holders.Count == 0 ? "a machine that is not set" : holders[0].Name)}, and HomeCloud does not answer there.",
                Phrase.Join("\n", Share(address), "keepalived's check must release the address when DNS does not answer: docs/several-machines.md")),
            (0, true) => Finding.Warning(
                $"{address} answers, from a machine that is not set.",
                "Name the other machine's DNS server, at that machine's own address:  --peer-dns ADDRESS; with compose, HOMECLOUD_PEER_DNS in .env; for the page, peer-dns in /etc/homecloud/agent.json"),
            _ => Finding.Ok($"{address} is held by {holders[0].Name} and answers"),
        });
        return findings;
    }

    private static Phrase Share(IPAddress address) =>
        $"On that machine, with compose, in .env:  HOMECLOUD_SHARED_ADDRESS={address}   Otherwise in /etc/homecloud/dns.json and agent.json:  \"shared-address\": [\"{address}\"]   Then restart its DNS server.";

    private static async Task<IEnumerable<Finding>> HandedOutAsync(Patient patient, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        var offered = (await patient.OffersAsync(cancellationToken)).SelectMany(offer => offer.DnsServers).Distinct().ToList();
        var shared4 = Shared(patient, AddressFamily.InterNetwork);
        if (offered.Count > 0 && shared4.Count > 0 && !offered.Exists(shared4.Contains))
        {
            findings.Add(Finding.Warning(
                $"the router hands out {string.Join(", ", offered)} as DNS server, not {shared4[0]}: when that machine dies its devices are without DNS.",
                Phrase.Join(
                    "\n",
                    $"In the router's DHCP settings: option 6 = {shared4[0]}, see docs/router.md. OpenWrt:",
                    Finding.Verbatim($"uci add_list dhcp.lan.dhcp_option='6,{shared4[0]}'; uci commit dhcp; service dnsmasq restart"))));
        }

        var shared6 = Shared(patient, AddressFamily.InterNetworkV6);
        if (shared6.Count == 0 || patient.DefaultRoute is not { } route)
            return findings;
        var announced = await patient.Routers.AnnouncedDnsServersAsync(route.Interface, cancellationToken);
        if (announced.Count > 0 && !announced.Any(shared6.Contains))
        {
            findings.Add(Finding.Warning(
                $"the router announces the IPv6 DNS server {string.Join(", ", announced)}, not {shared6[0]}: devices with IPv6 do not follow when a machine dies.",
                Finding.Verbatim($"OpenWrt:  uci add_list dhcp.lan.dns='{shared6[0]}'; uci commit dhcp; service odhcpd restart   dnsmasq:  dhcp-option=option6:dns-server,[{shared6[0]}]")));
        }

        return findings;
    }

    private static List<IPAddress> Shared(Patient patient, AddressFamily family) =>
        [.. patient.Options.SharedAddresses.Select(shared => shared.Address).Where(address => address.AddressFamily == family)];

    /// <param name="Dns">At the machine's own address.</param>
    /// <param name="IsThisOne">The machine that the doctor examines.</param>
    /// <param name="Text">What its <c>check.home</c> says, or null when it does not answer.</param>
    private sealed record SharingMachine(IPEndPoint Dns, bool IsThisOne, string? Text)
    {
        public bool? Holds(IPAddress address) => Text is null ? null : SharedAddressText.Read(Text, address);

        public Phrase Name => IsThisOne ? (Phrase)$"this machine ({Dns.Address})" : Dns.Address.ToString();
    }
}
