using System.Collections.Immutable;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>What matters of an image.</summary>
/// <param name="IsPresent">Whether it is on this machine; the rest is empty when it is not.</param>
/// <param name="TcpPorts">Ports that it declares (<c>EXPOSE</c>), lowest first.</param>
public sealed record ImageFacts(bool IsPresent, ImmutableArray<ushort> TcpPorts)
{
    /// <summary>Names of the labels that it hands on to its containers.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    public static ImageFacts Missing { get; } = new(false, []);
}
