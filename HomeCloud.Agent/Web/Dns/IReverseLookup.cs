using System.Net;

namespace HomeCloud.Agent.Web.Dns;

/// <summary>Finds the name of a device that the registry does not have. Not among the services where no DNS server runs in this process.</summary>
public interface IReverseLookup
{
    /// <returns>As a person writes it, without our zone and without final dot; null when nobody knows one.</returns>
    Task<string?> FindAsync(IPAddress address, CancellationToken cancellation);
}
