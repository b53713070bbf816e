using System.Net;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Stub;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether this machine itself resolves our names: its resolver, a second public resolver, and the search name for single labels.</summary>
internal sealed class ResolvConfCheck : IDoctorCheck
{
    public string Id => "resolv-conf";

    public Phrase Title => "this machine's resolver";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (await patient.IsInContainerAsync(cancellationToken))
            return [Finding.Note($"the doctor runs in a container, whose resolver is Docker's. On the machine:  dig TXT check.{patient.Options.Zone}")];
        if (await ResolvConfText.ReadAsync(patient.Options, cancellationToken) is not var (path, servers, search))
            return [Finding.Note($"{ResolvConfText.PathIn(patient.Options)} does not exist")];
        var zone = patient.Options.Zone;

        List<Finding> findings = [];
        if (servers.Count == 0)
            findings.Add(Finding.Problem($"{path} lists no server.", $"Let DHCP or systemd-resolved write it, or:  echo 'nameserver {(await patient.DnsAsync(cancellationToken))?.Address.ToString() ?? "ADDRESS"}' | sudo tee {path}"));

        var knowing = 0;
        foreach (var server in servers)
        {
            var asksUs = await OurNames.KnowsAsync(patient, new IPEndPoint(server, StubClient.DnsPort), cancellationToken);
            knowing += asksUs == true ? 1 : 0;
            if (asksUs == false)
                findings.Add(Finding.Warning($"the resolver {server} in {path} does not know .{zone}; programs that ask it do not find your servers.", FixFor(server, zone, patient)));
            else if (asksUs is null)
                findings.Add(Finding.Warning($"the resolver {server} in {path} does not answer.", FixFor(server, zone, patient)));
        }

        if (!search.Contains(zone, StringComparer.OrdinalIgnoreCase))
        {
            findings.Add(Finding.Note(
                $"{path} has no 'search {zone}': on this machine 'ssh airplay' fails, 'ssh airplay.{zone}' works.",
                Phrase.Join(
                    "\n",
                    $"Let the router hand out the search domain (DHCP option 15), or add to {path}:  search {zone}",
                    $"With systemd-resolved:  sudo resolvectl domain {patient.DefaultRoute?.Interface ?? "IFACE"} {zone}")));
        }

        if (knowing > 0 && findings.TrueForAll(finding => finding.Severity < Severity.Warning))
            findings.Insert(0, Finding.Ok($"{string.Join(", ", servers)} knows .{zone}"));
        return findings;
    }

    private static Phrase FixFor(IPAddress server, string zone, Patient patient)
    {
        var known = patient.Options.Dns?.Address.ToString();
        Phrase ours = known ?? "HomeCloud's address";
        if (IPAddress.IsLoopback(server))
            return $"systemd-resolved asks another server. For the whole LAN: let the router hand out {ours} (DHCP option 6). Only here:  sudo resolvectl dns {patient.DefaultRoute?.Interface ?? "IFACE"} {known ?? "ADDRESS"}";
        return $"Clients may use any server of the list, so each must know .{zone}: replace {server} by {ours}, in the router's DHCP settings or in {Path.Combine(patient.Options.EtcFolder, "resolv.conf")}.";
    }
}
