using HomeCloud.Lab;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Lab;

/// <summary>Each lab is a home of its own, so two run side by side, one on each processor: half of their time is waiting.</summary>
internal static class LabCollections
{
    public const string Embedded = "the lab, one process";
    public const string Redis = "the lab, with Redis";
    public const string TwoServers = "the lab, two servers";
    public const string Docker26 = "the lab, docker-26";
    public const string Docker28 = "the lab, docker-28";
    public const string Docker29 = "the lab, docker-29";
    public const string Podman5 = "the lab, podman-5";
    public const string OnTheirOwn = "labs made by the scenario itself";
}

public sealed class EmbeddedLab() : LabFixture(new LabOptions { Shape = LabShape.Embedded });

[CollectionDefinition(LabCollections.Embedded)]
public sealed class EmbeddedLabCollection : ICollectionFixture<EmbeddedLab>;

public sealed class RedisLab() : LabFixture(new LabOptions { Shape = LabShape.Redis });

[CollectionDefinition(LabCollections.Redis)]
public sealed class RedisLabCollection : ICollectionFixture<RedisLab>;

/// <summary>Two servers, each with an engine, an agent and a DNS server; Redis on the first, its replica on the second.</summary>
public sealed class TwoServerLab() : LabFixture(new LabOptions { Shape = LabShape.Redis, Servers = 2 });

[CollectionDefinition(LabCollections.TwoServers)]
public sealed class TwoServerLabCollection : ICollectionFixture<TwoServerLab>;

[CollectionDefinition(LabCollections.OnTheirOwn)]
public sealed class OwnLabCollection;

internal static class LabExtensions
{
    /// <summary>Leaves the shared lab as the next scenario expects it.</summary>
    public static async Task RemoveContainersAsync(this HomeLab lab)
    {
        foreach (var server in lab.Servers)
            await server.Engine.RemoveAllAsync();
    }

    /// <summary>The same, and what containers have kept.</summary>
    public static async Task RemoveContainersAndVolumesAsync(this HomeLab lab)
    {
        await lab.RemoveContainersAsync();
        var engine = lab.Server.Engine;
        foreach (var volume in (await engine.DockerAsync(["volume", "ls", "--quiet"])).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await engine.DockerAsync(["volume", "rm", "--force", volume]);
    }
}
