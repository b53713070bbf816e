using System.Collections.Immutable;

namespace HomeCloud.Agent.Servers.Planning;

/// <summary>A kind of server with good defaults: one JSON file of the catalogue (docs/servers.md). Properties are set, not initialized: the source generator would lose their defaults.</summary>
public sealed record ServerTemplate
{
    /// <summary>The file's name without <c>.json</c>.</summary>
    public string Id { get; set; } = "";

    public string Title { get; set; } = "";

    public string Description { get; set; } = "";

    public string Image { get; set; } = "";

    /// <summary>Name of a Dockerfile folder that we carry, to build <see cref="Image"/> from when it is not there.</summary>
    public string? Build { get; set; }

    public ImmutableArray<string> Command { get; set; } = [];

    /// <summary>Values may hold <c>{{name}}</c>, <c>{{fqdn}}</c> and <c>{{secret}}</c> (made anew for each server).</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary><c>data:/path</c>: a volume of its own, kept when the server is removed.</summary>
    public ImmutableArray<string> Volumes { get; set; } = [];

    /// <summary>TCP ports, the one that says "ready" first.</summary>
    public ImmutableArray<ushort> Ports { get; set; } = [];

    public string? Memory { get; set; }

    public double? Cpus { get; set; }

    /// <summary>What a person is proposed, as <c>15m</c>: after so long without callers it falls asleep. Nothing happens by itself.</summary>
    public string? Sleep { get; set; }

    /// <summary>Whether public keys are put in.</summary>
    public bool Ssh { get; set; }

    /// <summary>How long its first start may take, in seconds, until its port answers.</summary>
    public int ReadySeconds { get; set; } = 30;
}
