using System.Reflection;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Architecture;

/// <summary>Holds the import rules of docs/architecture.md.</summary>
public sealed class LayerTests
{
    private const string DnsRoot = "HomeCloud.Dns";

    private static readonly Assembly Net = typeof(MessageReader).Assembly;
    private static readonly Assembly Dns = typeof(QueryContext).Assembly;
    private static readonly Assembly Agent = Assembly.Load("homecloud-agent");

    [Fact]
    public void Only_the_projection_and_the_composition_root_see_both_zones_and_registry()
    {
        var violations =
            from type in TypeReferences.WrittenTypes(Dns)
            let layer = DnsLayer(type)
            where layer is "Zones" or "Blocking" or "Caching" or "Forwarding" or "Resolving" or "Transport"
            from used in TypeReferences.Of(type)
            where used.Assembly == typeof(NameRecord).Assembly
            select $"{type.FullName} uses {used.FullName}";

        violations.Distinct().Should().BeEmpty();
    }

    [Fact]
    public void Wire_knows_only_System()
    {
        var violations =
            from type in TypeReferences.WrittenTypes(Net)
            where TypeReferences.LayerNamespace(type) == typeof(MessageReader).Namespace
            from used in TypeReferences.Of(type)
            where used.Assembly != typeof(object).Assembly
            where used.Namespace is { } layer && layer != typeof(MessageReader).Namespace && !layer.StartsWith("System", StringComparison.Ordinal)
            select $"{type.FullName} uses {used.FullName}";

        violations.Distinct().Should().BeEmpty();
    }

    [Fact]
    public void The_agent_sees_the_dns_server_only_in_its_composition_root()
    {
        var violations =
            from type in TypeReferences.WrittenTypes(Agent)
            let layer = TypeReferences.LayerNamespace(type)!
            where layer is not ("HomeCloud.Agent" or "HomeCloud.Agent.Hosting")
            from used in TypeReferences.Of(type)
            where used.Assembly == Dns
            select $"{type.FullName} uses {used.FullName}";

        violations.Distinct().Should().BeEmpty();
    }

    [Fact]
    public void Servers_and_pages_ask_the_one_model_of_the_engine()
    {
        var violations =
            from type in TypeReferences.WrittenTypes(Agent)
            let layer = TypeReferences.LayerNamespace(type)!
            where layer.StartsWith("HomeCloud.Agent.Servers", StringComparison.Ordinal) || layer.StartsWith("HomeCloud.Agent.Web", StringComparison.Ordinal)
            from used in TypeReferences.Of(type)
            where used.FullName is "Docker.DotNet.Models.ContainerListResponse" or "HomeCloud.Agent.Docker.IContainerEngine" or "HomeCloud.Agent.Docker.IEngineEvents"
            select $"{type.FullName} uses {used.FullName}";

        violations.Distinct().Should().BeEmpty("nobody but the loop lists, inspects or follows");
    }

    [Theory]
    [InlineData("HomeCloud.Net", new string[0])]
    [InlineData("HomeCloud.Commands", new[] { "HomeCloud.Net" })]
    [InlineData("HomeCloud.Registry", new[] { "HomeCloud.Net" })]
    [InlineData("homecloud-dns", new[] { "HomeCloud.Net", "HomeCloud.Commands", "HomeCloud.Registry" })]
    [InlineData("homecloud-agent", new[] { "HomeCloud.Net", "HomeCloud.Commands", "HomeCloud.Registry", "homecloud-dns" })]
    [InlineData("HomeCloud.Lab", new[] { "HomeCloud.Net", "HomeCloud.Registry" })]
    [InlineData("homecloud", new[] { "HomeCloud.Net", "HomeCloud.Commands", "HomeCloud.Lab", "HomeCloud.Registry" })]
    public void Assemblies_reference_only_what_the_architecture_page_allows(string assembly, string[] allowed)
    {
        var ours = Assembly.Load(assembly).GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => name.StartsWith("HomeCloud", StringComparison.OrdinalIgnoreCase));

        ours.Should().BeSubsetOf(allowed);
    }

    /// <summary>Null for the composition root (the root namespace and Hosting), else the first folder.</summary>
    private static string? DnsLayer(Type type)
    {
        var name = TypeReferences.LayerNamespace(type);
        if (name is null || !name.StartsWith(DnsRoot + ".", StringComparison.Ordinal))
            return null;
        var layer = name[(DnsRoot.Length + 1)..].Split('.')[0];
        return layer == "Hosting" ? null : layer;
    }
}
