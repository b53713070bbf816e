using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether the macvlan parent exists, is up, is no Wi-Fi and no bridge port.</summary>
internal sealed class ParentCheck : IDoctorCheck
{
    public string Id => "parent";

    public Phrase Title => "macvlan parent";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (await patient.NetworkAsync(cancellationToken) is not { } network)
            return [Finding.Note("no LAN network to check")];
        if (NetworkFacts.Option(network, "parent") is not { Length: > 0 } name)
            return [Finding.Problem($"network '{network.Name}' has no parent: Docker created a dummy interface, and its containers reach no other machine.", Remedy.CreateNetworkAgain(network.Name))];
        if (await patient.IsInContainerAsync(cancellationToken))
            return [Finding.Note($"the parent '{name}' is an interface of the machine, and the doctor runs in a container. On the machine:  ip -br link show {name}")];
        if (LanInterface.Find(patient.Interfaces, name) is not { } parent)
            return [Finding.Problem($"the parent '{name}' of network '{network.Name}' does not exist on this machine.", Phrase.Join("\n", $"Restore it (see netplan-example), or create the network again with one of: {Candidates(patient)}", Remedy.CreateNetworkAgain(network.Name)))];

        return parent switch
        {
            { Kind: LanInterfaceKind.Wireless } =>
                [Finding.Problem($"the parent '{name}' is Wi-Fi: an access point accepts one MAC address per station, so containers get no answers.", Phrase.Join("\n", "Connect the server by cable, and create the network again.", Remedy.CreateNetworkAgain(network.Name)))],
            { Bridge: { } bridge } =>
            [
                Finding.Problem(
                    $"the parent '{name}' is a port of the bridge '{bridge}': a bridge port hands its frames to the bridge, so containers get none.",
                    Phrase.Join(
                        "\n",
                        $"Use the free end of a veth pair whose other end is in {bridge} (netplan-example/bridge), or {bridge} itself:",
                        Remedy.CreateNetworkAgain(network.Name))),
            ],
            { IsUp: false } =>
                [Finding.Problem($"the parent '{name}' is down.", Phrase.Join("\n", $"Now:  sudo ip link set {name} up", "Permanently: see netplan-example; the interface must be listed there."))],
            { HasCarrier: false } =>
                [Finding.Warning($"the parent '{name}' has no carrier.", parent.Kind == LanInterfaceKind.Veth ? "Its other end is down or in no bridge. Check with:  ip -br link" : "Plug in the cable.")],
            _ => [Finding.Ok($"'{name}' ({parent.Kind.ToString().ToLowerInvariant()}) is up")],
        };
    }

    private static string Candidates(Patient patient) => string.Join(", ", patient.Interfaces
        .Where(found => found.IsUp && found.Bridge is null && found.Kind is LanInterfaceKind.Wired or LanInterfaceKind.Veth or LanInterfaceKind.Bridge or LanInterfaceKind.Other)
        .Select(found => found.Name));
}
