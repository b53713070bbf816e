using Docker.DotNet.Models;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether this machine and its containers reach each other: the kernel keeps a macvlan parent's own address away from its children.</summary>
internal sealed class HostReachCheck : IDoctorCheck
{
    private const int Tried = 8;

    public string Id => "host-reach";

    public Phrase Title => "server and containers";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (await patient.NetworkAsync(cancellationToken) is not { } network)
            return [Finding.Note("no LAN network to check")];
        if (await patient.IsInContainerAsync(cancellationToken))
            return [Finding.Note("whether this machine reaches its servers cannot be seen from a container. Other machines on the LAN are not affected by it.")];
        var containers = await patient.OnTheLanAsync(cancellationToken);
        var parent = LanInterface.Find(patient.Interfaces, NetworkFacts.Option(network, "parent") ?? "");
        if (containers.Count == 0)
        {
            return parent?.IPv4 is null
                ? [Finding.Note("no container runs there, so nothing could be tested")]
                : [Isolated(parent, network, $"no container runs there to test it, but {Reason(parent)}")];
        }

        var tried = containers.Take(Tried).ToList();
        var answering = await patient.Scan.AnsweringAsync([.. tried.Select(container => container.Address)], cancellationToken);
        if (answering.Count > 0)
            return [Finding.Ok($"{answering.Count} of {tried.Count} tested containers answer this machine")];
        return parent?.IPv4 is not null
            ? [Isolated(parent, network, $"none of {tried.Count} containers answers this machine: {Reason(parent)}")]
            : [Finding.Warning($"none of {tried.Count} tested containers ({string.Join(", ", tried.Select(container => container.Name))}) answers this machine.", "Check that the parent's other end is in the bridge that has this machine's address:  ip -br link; bridge link")];
    }

    private static Phrase Reason(LanInterface parent) =>
        $"the parent '{parent.Name}' has this machine's address {parent.IPv4!.Value.Address}, and the kernel never connects a macvlan parent's own address with its children. Other machines on the LAN are not affected.";

    private static Finding Isolated(LanInterface parent, NetworkResponse network, Phrase message)
    {
        var config = network.IPAM?.Config is [{ } first, ..] ? first : null;
        var range = config?.IPRange ?? config?.Subnet ?? "RANGE";
        return Finding.Warning(
            message,
            Phrase.Join(
                "\n",
                "Permanently: the bridge-and-veth network of netplan-example/bridge.",
                "Or a shim, until the next boot (FREE: an unused LAN address):",
                Finding.Verbatim($"sudo ip link add hc-shim link {parent.Name} type macvlan mode bridge && sudo ip addr add FREE/32 dev hc-shim && sudo ip link set hc-shim up && sudo ip route add {range} dev hc-shim src FREE")));
    }
}
