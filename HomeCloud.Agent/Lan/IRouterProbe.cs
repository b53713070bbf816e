using System.Net;

namespace HomeCloud.Agent.Lan;

public interface IRouterProbe
{
    /// <returns>IPv6 DNS servers that the LAN's routers announce; none when nobody does or this process may not ask.</returns>
    Task<IReadOnlyList<IPAddress>> AnnouncedDnsServersAsync(string interfaceName, CancellationToken cancellationToken);
}
