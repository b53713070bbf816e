using System.Net;

namespace HomeCloud.Agent.Lan;

public interface IAddressScan
{
    /// <returns>Those addresses of this LAN that somebody answers for, in order.</returns>
    Task<IReadOnlyList<IPAddress>> AnsweringAsync(IReadOnlyList<IPAddress> addresses, CancellationToken cancellationToken);
}
