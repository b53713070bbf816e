using HomeCloud.Agent.Naming;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Planning;

/// <summary>Which network a new server joins.</summary>
internal static class NetworkChoice
{
    /// <param name="networks">Those on the LAN.</param>
    /// <param name="asked">By the request; wins.</param>
    /// <param name="configured">By the agent's options; empty for none.</param>
    public static Outcome<NetworkFacts> Choose(IReadOnlyList<NetworkFacts> networks, string? asked, string configured)
    {
        var wanted = string.IsNullOrWhiteSpace(asked) ? configured : asked.Trim();
        if (wanted.Length > 0)
        {
            return networks.FirstOrDefault(n => n.Name == wanted) is { } named
                ? named
                : new ServerProblem(
                    ProblemCode.NoNetwork,
                    $"There is no macvlan or ipvlan network named {wanted}.",
                    networks.Count == 0 ? "Create one with: homecloud network create" : (Phrase)$"Networks: {string.Join(", ", networks.Select(n => n.Name))}.");
        }

        return networks.Count switch
        {
            1 => networks[0],
            0 => new ServerProblem(ProblemCode.NoNetwork, "Docker has no macvlan or ipvlan network, so a server would not be on your LAN.", "Create one with: homecloud network create"),
            _ => new ServerProblem(
                ProblemCode.SeveralNetworks,
                $"There are several networks on the LAN: {string.Join(", ", networks.Select(n => n.Name))}.",
                "Choose one with --network, or set the agent's default with --server-network."),
        };
    }
}
