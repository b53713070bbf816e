using System.Net;

namespace HomeCloud.Agent.Servers.Probes;

public interface INameProbe
{
    /// <summary>Asks every configured DNS server whether the name has the address.</summary>
    Task<bool> ResolvesAsync(string fullName, IPAddress address, CancellationToken cancellationToken);

    /// <summary>False when there is nobody to ask.</summary>
    bool CanAsk { get; }
}
