using System.Collections.Immutable;

namespace HomeCloud.Agent.Servers.Planning;

/// <summary>A kind of server with good defaults: one JSON file of the catalogue (docs/servers.md).</summary>
public sealed record ServerTemplate
{
    /// <summary>The file's name without <c>.json</c>.</summary>
    public string Id { get; init; } = "";

    public string Title { get; init; } = "";

    public string Description { get; init; } = "";

    public string Image { get; init; } = "";

    /// <summary>Name of a Dockerfile folder that we carry, to build <see cref="Image"/> from when it is not there.</summary>
    public string? Build { get; init; }

    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Values may hold <c>{{name}}</c>, <c>{{fqdn}}</c> and <c>{{secret}}</c> (made anew for each server).</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary><c>data:/path</c>: a volume of its own, kept when the server is removed.</summary>
    public ImmutableArray<string> Volumes { get; init; } = [];

    /// <summary>TCP ports, the one that says "ready" first.</summary>
    public ImmutableArray<ushort> Ports { get; init; } = [];

    public string? Memory { get; init; }

    public double? Cpus { get; init; }

    /// <summary>Whether public keys are put in.</summary>
    public bool Ssh { get; init; }

    /// <summary>How long its first start may take, in seconds, until its port answers.</summary>
    public int ReadySeconds { get; init; } = 30;
}
