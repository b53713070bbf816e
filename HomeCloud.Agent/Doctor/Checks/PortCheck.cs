using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Machine;
using HomeCloud.Net.Stub;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Who holds port 53 on this machine, and whether that is in the way.</summary>
internal sealed class PortCheck : IDoctorCheck
{
    public string Id => "port-53";

    public Phrase Title => "port 53";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        var found = PortHolders.Of(StubClient.DnsPort).Where(holder => !holder.Process.StartsWith("homecloud", StringComparison.Ordinal)).ToList();
        // The stub of systemd-resolved and Docker's resolver sit on loopback addresses: nobody wants those.
        var outside = found.Where(holder => !System.Net.IPAddress.IsLoopback(holder.Address)).ToList();
        var dns = await patient.DnsAsync(cancellationToken);
        var here = dns is null || patient.Interfaces.Any(own => own.Has(dns.Address));
        if (outside.Count == 0)
            return [Finding.Ok(found.Count == 0 ? "free on this machine" : (Phrase)$"only {found[0].Process} on {found[0].Address}, which does not conflict")];

        var who = string.Join(", ", outside.Select(holder => $"{holder.Process} (pid {holder.Pid}) on {holder.Address}").Distinct());
        return here
            ? [Finding.Problem($"port 53 of this machine is taken: {who}.", FixFor(outside[0].Process))]
            : [Finding.Note($"port 53 of this machine is taken by {who}; HomeCloud has its own address, so it does not conflict")];
    }

    private static Phrase FixFor(string process) => process switch
    {
        "dnsmasq" => Phrase.Join(
            "\n",
            "If it is not needed:  sudo systemctl disable --now dnsmasq",
            "If it is libvirt's or a container tool's: bind it to its bridge only (bind-interfaces), and set listen in /etc/homecloud/agent.json to this machine's LAN address."),
        "systemd-resolve" or "systemd-resolved" => "An extra stub listener is configured; remove DNSStubListenerExtra= from /etc/systemd/resolved.conf, then:  sudo systemctl restart systemd-resolved",
        "named" => Finding.Verbatim("sudo systemctl disable --now named"),
        "unbound" => Finding.Verbatim("sudo systemctl disable --now unbound"),
        _ => $"Stop {process}, or give HomeCloud an address of its own:  \"listen\": [\"ADDRESS:53\"] in /etc/homecloud/agent.json, or in dns.json where homecloud-dns runs",
    };
}
