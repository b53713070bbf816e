using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace HomeCloud.Lab.Setting;

/// <summary>How a running lab is described to other processes.</summary>
[JsonSerializable(typeof(LabOptions))]
internal sealed partial class LabJson : JsonSerializerContext;

public sealed class LabOptions
{
    public const int MostServers = 4;

    /// <summary>Tells labs on one machine apart. Lower-case letters, digits and hyphens, 1 to 20 characters.</summary>
    public string Id { get; set; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2));

    public LabShape Shape { get; set; } = LabShape.Embedded;

    /// <summary>How many servers with a Docker engine, 1 to <see cref="MostServers"/>; more than one not with <see cref="LabShape.Embedded"/>.</summary>
    public int Servers { get; set; } = 1;

    /// <summary>Name of the engine that the servers run: one of <see cref="EngineChoice.All"/>.</summary>
    public string Engine { get; set; } = EngineChoice.Own.Name;

    /// <summary>The program that plays Redis: this machine's own, or the path of another, as Valkey's.</summary>
    public string RedisProgram { get; set; } = "redis-server";

    /// <summary>A clone of this project that is built, or a folder with its programs; null for this build.</summary>
    public string? Programs { get; set; }

    /// <summary>Two servers share one DNS address, which keepalived moves between them; only with two or more and <see cref="LabShape.Redis"/>.</summary>
    public bool SharedAddress { get; set; }

    /// <exception cref="LabException">An option has no usable value.</exception>
    public void Validate()
    {
        if (Id.Length is < 1 or > 20 || Id.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
            throw new LabException($"--name: '{Id}' is not valid; use 1 to 20 lower-case letters, digits and hyphens.");
        if (Servers is < 1 or > MostServers)
            throw new LabException($"--servers: {Servers} is out of range; use 1 to {MostServers}.");
        EngineChoice.Find(Engine);
        if (Servers > 1 && Shape == LabShape.Embedded)
            throw new LabException("--servers: several servers share their names through Redis; add --redis.");
        if (SharedAddress && (Servers < 2 || Shape != LabShape.Redis))
            throw new LabException("A shared address needs two servers that share their names through Redis.");
    }
}

/// <summary>How the parts of HomeCloud are spread in the lab.</summary>
public enum LabShape
{
    /// <summary>One process a server: the agent answers DNS itself.</summary>
    Embedded,

    /// <summary>Agent, Redis and a separate DNS server.</summary>
    Redis,

    /// <summary>Nothing of HomeCloud is started, and the engine has no LAN network yet: for trying installations.</summary>
    Bare,
}
