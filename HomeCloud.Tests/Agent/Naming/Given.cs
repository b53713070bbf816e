using System.Collections.Immutable;
using System.Net;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Tests.Agent.Naming;

/// <summary>Containers and an engine for naming tests: a home with one macvlan network, one ipvlan network and the usual bridge.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static EngineFacts Engine { get; } = new()
    {
        AgentId = "agent-1",
        HostLabel = "attic",
        HostAddresses = [IPAddress.Parse("192.168.1.5")],
        Networks = new[]
        {
            new NetworkFacts("lan", "n-lan", "macvlan", OnLan: true, Internal: false) { Subnets = [IPNetwork.Parse("192.168.1.0/24"), IPNetwork.Parse("fd00::/64")] },
            new NetworkFacts("guest", "n-guest", "macvlan", OnLan: true, Internal: false),
            new NetworkFacts("wing", "n-wing", "ipvlan", OnLan: true, Internal: false),
            new NetworkFacts("bridge", "n-bridge", "bridge", OnLan: false, Internal: false) { Subnets = [IPNetwork.Parse("172.17.0.0/16")] },
            new NetworkFacts("shop_default", "n-shop", "bridge", OnLan: false, Internal: false),
            new NetworkFacts("secret", "n-secret", "macvlan", OnLan: false, Internal: true),
        }.ToImmutableDictionary(network => network.Id),
    };

    public static ContainerFacts Container(string name, params string[] labels) => new()
    {
        Id = IdOf(name),
        Name = name,
        Created = Noon,
        Life = ContainerLife.Running,
        Since = Noon,
        NetworkMode = "lan",
        Labels = labels.Select(label => label.Split('=', 2)).ToImmutableDictionary(label => label[0], label => label[1]),
        Endpoints = [On("lan", "192.168.1.20")],
    };

    public static ContainerFacts Replica(string project, string service, int number, params string[] labels) =>
        Container($"{project}-{service}-{number}", [$"com.docker.compose.project={project}", $"com.docker.compose.service={service}", .. labels]);

    public static EndpointFacts On(string network, params string[] addresses) =>
        new(network, Engine.Networks.Values.FirstOrDefault(known => known.Name == network)?.Id ?? "", [.. addresses.Select(IPAddress.Parse)], []);

    public static ContainerFacts At(this ContainerFacts container, string address) => container with { Endpoints = [On("lan", address)] };

    public static ContainerFacts Younger(this ContainerFacts container, int minutes = 1) => container with { Created = container.Created.AddMinutes(minutes) };

    public static ContainerFacts Stopped(this ContainerFacts container, int exitCode = 0) =>
        container with { Life = ContainerLife.Exited, ExitCode = exitCode, Endpoints = [.. container.Endpoints.Select(endpoint => endpoint with { Addresses = [] })] };

    public static NamePlan Plan(params ContainerFacts[] containers) => Plan(new NamingOptions(), containers);

    public static NamePlan Plan(NamingOptions options, params ContainerFacts[] containers) => NamePlanner.Plan(containers, Engine, options);

    private static string IdOf(string name) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));
}
