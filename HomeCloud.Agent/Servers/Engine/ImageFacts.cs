using System.Collections.Immutable;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>What matters of an image.</summary>
/// <param name="IsPresent">Whether it is on this machine; the rest is empty when it is not.</param>
/// <param name="TcpPorts">Ports that it declares (<c>EXPOSE</c>), lowest first.</param>
public sealed record ImageFacts(bool IsPresent, ImmutableArray<ushort> TcpPorts)
{
    public static ImageFacts Missing { get; } = new(false, []);
}
