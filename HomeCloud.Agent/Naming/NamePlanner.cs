using System.Collections.Immutable;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Naming;

/// <summary>
/// The pure heart of the agent: containers and networks in, name records out. The same state gives the same
/// records, in whatever order it is listed. docs/names.md is the rule in words.
/// </summary>
public static class NamePlanner
{
    public static NamePlan Plan(IReadOnlyCollection<ContainerFacts> containers, EngineFacts engine, NamingOptions options)
    {
        var byId = new Dictionary<string, ContainerFacts>(containers.Count);
        foreach (var container in containers)
            byId[container.Id] = container;

        var warnings = new List<NamingWarning>();
        var reader = new ClaimReader(options, warnings);
        var reachability = new ReachabilityRules(engine, options, byId);
        var all = new List<ContainerClaims>(containers.Count);
        foreach (var container in byId.Values)
        {
            try
            {
                if (!ClaimReader.IsIgnored(container))
                    all.Add(reader.Read(container, reachability.Of(container)));
            }
            catch (Exception exception)
            {
                // A bug of ours in reading one container must not cost the others their names.
                warnings.Add(new NamingWarning(container.Name, $"it is ignored: {exception.Message}"));
            }
        }

        all.Sort(ContainerClaims.ByAge);
        var records = ImmutableDictionary.CreateBuilder<string, NameRecord>();
        foreach (var (name, holders) in new ClaimResolver(warnings).Resolve(all))
        {
            var record = RecordComposer.Compose(name, holders, engine);
            records[name] = record;
            if (holders.FirstOrDefault(holder => holder is { Kind: ClaimKind.Own, Container.Wildcard: true }) is not null)
                records["*." + name] = record with { Name = "*." + name, Reverse = false, Services = [] };
        }

        return new NamePlan(
            records.ToImmutable(),
            [.. warnings.Distinct().OrderBy(warning => warning.Container, StringComparer.Ordinal).ThenBy(warning => warning.Text, StringComparer.Ordinal)]);
    }
}

/// <summary>The records that one engine's containers should have.</summary>
/// <param name="Records">By name; all owned by the agent.</param>
/// <param name="Warnings">In a stable order, without doubles.</param>
public sealed record NamePlan(ImmutableDictionary<string, NameRecord> Records, ImmutableArray<NamingWarning> Warnings);

/// <summary>Something about a container's names that its owner should know.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Text">A sentence that names label and value.</param>
public sealed record NamingWarning(string Container, string Text)
{
    public override string ToString() => $"Container {Container}: {Text}";
}
