using HomeCloud.Agent.Naming;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Servers.Planning;

/// <summary>Whether a name is free in this home: for containers here, and for whatever else the registry knows by it.</summary>
public sealed class NameClaims(ServersOptions options, IRegistryReader? registry)
{
    /// <param name="name">Folded.</param>
    /// <param name="containers">All of this machine.</param>
    /// <param name="except">Id of a container whose own claims do not count; null for none.</param>
    /// <returns>Who has it already, and what to do; null when it is free.</returns>
    public ServerProblem? Taken(string name, IReadOnlyList<ContainerFacts> containers, string? except = null)
    {
        var others = containers.Where(c => c.Id != except).ToList();
        if (others.Find(c => ServerName.Fold(c.Name) == name) is { } container)
            return new ServerProblem(ProblemCode.NameTaken, $"There is already a container named {name} ({container.LifePhrase}).", $"Choose another name, or remove it first: homecloud rm {name}");

        var snapshot = registry?.Current ?? RegistrySnapshot.Empty;
        foreach (var record in snapshot.Records.Values.Where(r => r.Name == name))
        {
            if (record.Owner == WellKnownOwners.Static)
                return new ServerProblem(ProblemCode.NameTaken, $"{name} is a static name of this home.", $"Choose another name, or remove that one first: homecloud name rm {name}");

            if (record.Owner == options.AgentId)
            {
                // Records follow the engine a moment later: only those of containers that are still there count.
                var holders = record.Attributes.GetValueOrDefault(RecordAttributes.Container, "").Split(", ");
                if (others.Find(c => holders.Contains(c.Name)) is { } holder)
                    return new ServerProblem(ProblemCode.NameTaken, $"The container {holder.Name} already has the name {name}.", "Choose another name.");
            }
            else if (snapshot.IsAlive(record.Owner))
            {
                return new ServerProblem(ProblemCode.NameTaken, $"{name} is already a name on {record.Attributes.GetValueOrDefault(RecordAttributes.Host, record.Owner)}.", "Choose another name, or remove it there first.");
            }
        }

        return null;
    }
}
