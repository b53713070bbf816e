using System.Net;

namespace HomeCloud.Agent.Lan;

/// <summary>What a DHCP server would give a new machine (RFC 2131, options of RFC 2132).</summary>
/// <param name="Address">The address offered.</param>
/// <param name="Server">Option 54, who offers.</param>
/// <param name="Routers">Option 3.</param>
/// <param name="DnsServers">Option 6.</param>
/// <param name="SearchName">Option 15, or null.</param>
public sealed record DhcpOffer(IPAddress Address, IPAddress? Server, IReadOnlyList<IPAddress> Routers, IReadOnlyList<IPAddress> DnsServers, string? SearchName);
