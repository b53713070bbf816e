using System.Net;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Naming;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether there is a Docker network on the LAN, with a subnet that this LAN has.</summary>
internal sealed class NetworkCheck : IDoctorCheck
{
    public string Id => "network";

    public Phrase Title => "LAN network";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (await patient.NetworkAsync(cancellationToken) is not { } network)
        {
            return
            [
                Finding.Problem(
                    patient.Options.Network is { } name
                        ? (Phrase)$"Docker has no network '{name}', so no container can have a LAN address."
                        : "Docker has no macvlan or ipvlan network, so no container can have a LAN address.",
                    Phrase.Join("\n", "Create one:", Remedy.CreateNetwork)),
            ];
        }

        if (network.Driver is not ("macvlan" or "ipvlan"))
            return [Finding.Problem($"network '{network.Name}' has the driver {network.Driver}, so its containers are not on the LAN.", Phrase.Join("\n", "Name a macvlan network: with compose HOMECLOUD_NETWORK in .env, otherwise network in /etc/homecloud/agent.json. Or create one:", Remedy.CreateNetwork))];

        if (NetworkFacts.IsRouted(network))
        {
            return
            [
                Finding.Problem(
                    $"network '{network.Name}' is ipvlan in mode {NetworkFacts.Option(network, "ipvlan_mode")}: its containers answer no ARP, so no machine on the LAN reaches them, and they get no LAN names.",
                    Phrase.Join("\n", "Create it again: then it is macvlan.", Remedy.CreateNetworkAgain(network.Name))),
            ];
        }

        var subnets = (network.IPAM?.Config ?? []).Select(config => AddressText.TryParseNetwork(config?.Subnet, out var subnet) ? subnet : (IPNetwork?)null).OfType<IPNetwork>().ToList();
        var ours = patient.DefaultRoute is { } route && subnets.Exists(subnet => subnet.Contains(route.Gateway));
        return ours || patient.DefaultRoute is null
            ? [Finding.Ok($"'{network.Name}' ({network.Driver}, {string.Join(", ", subnets)})")]
            :
            [
                Finding.Problem(
                    $"network '{network.Name}' has the subnet {string.Join(", ", subnets)}, but this LAN's router is {patient.DefaultRoute!.Value.Gateway}: its containers have addresses that no machine here can reach.",
                    Phrase.Join("\n", "Create it again: then it has this LAN's subnet.", Remedy.CreateNetworkAgain(network.Name))),
            ];
    }
}
