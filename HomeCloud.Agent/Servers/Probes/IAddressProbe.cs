using System.Net;

namespace HomeCloud.Agent.Servers.Probes;

public interface IAddressProbe
{
    /// <summary>Whether somebody on the LAN answers for the address already.</summary>
    /// <param name="address">The candidate.</param>
    /// <param name="ours">Link-layer addresses of our own servers: the kernel remembers those of removed ones for a while.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<bool> IsAnsweringAsync(IPAddress address, IReadOnlySet<string> ours, CancellationToken cancellationToken);
}
