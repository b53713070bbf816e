using System.Net;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Machine;
using HomeCloud.Net.Stub;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether the router announces an IPv6 DNS server that does not know us: clients prefer it to the one from DHCPv4.</summary>
internal sealed class IPv6DnsCheck : IDoctorCheck
{
    public string Id => "ipv6-dns";

    public Phrase Title => "IPv6 DNS";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (patient.DefaultRoute is not { } route)
            return [Finding.Note("no default route to check")];
        var announced = await patient.Routers.AnnouncedDnsServersAsync(route.Interface, cancellationToken);
        List<Finding> findings = [];
        foreach (var server in announced)
        {
            var address = server.IsIPv6LinkLocal ? Scoped(server, route.Interface) : server;
            if (await OurNames.KnowsAsync(patient, new IPEndPoint(address, StubClient.DnsPort), cancellationToken) == true)
                continue;
            findings.Add(Finding.Problem(
                $"the router announces the IPv6 DNS server {server}, which does not know .{patient.Options.Zone}: devices with IPv6 ask it first and do not find your servers.",
                Phrase.Join(
                    "\n",
                    "Let the router announce no IPv6 DNS server, or HomeCloud's IPv6 address. OpenWrt:",
                    Finding.Verbatim("uci set dhcp.lan.dns_service='0'; uci set dhcp.lan.ra_dns='0'; uci commit dhcp; service odhcpd restart"),
                    "dnsmasq:  dhcp-option=option6:dns-server,[HomeCloud's IPv6 address]",
                    "FRITZ!Box: Home Network > Network > IPv6 > DNSv6 server: turn the announcement off")));
        }

        if (findings.Count > 0)
            return findings;
        return [Finding.Ok(announced.Count == 0 ? "no router announces one" : (Phrase)$"{string.Join(", ", announced)} knows .{patient.Options.Zone}")];
    }

    private static IPAddress Scoped(IPAddress address, string interfaceName)
    {
        var leading = MachineInterfaces.Read().Interfaces.FirstOrDefault(found => found.Name == interfaceName);
        return leading is null ? address : new IPAddress(address.GetAddressBytes(), leading.Index);
    }
}
