using System.Net;

namespace HomeCloud.Agent.Servers.Probes;

public interface IPortProbe
{
    Task<PortAnswer> TryAsync(IPAddress address, ushort port, CancellationToken cancellationToken);
}
