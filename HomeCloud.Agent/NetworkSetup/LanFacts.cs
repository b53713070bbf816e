using System.Net;
using HomeCloud.Agent.Lan;

namespace HomeCloud.Agent.NetworkSetup;

/// <summary>What is known of this machine's LAN when a network is planned.</summary>
/// <param name="Interfaces">Of this machine.</param>
/// <param name="DefaultRoute">The router and the interface that leads to it.</param>
/// <param name="Offers">What DHCP would hand out.</param>
/// <param name="Answering">Addresses that somebody has.</param>
public sealed record LanFacts(
    IReadOnlyList<LanInterface> Interfaces,
    (IPAddress Gateway, string Interface)? DefaultRoute,
    IReadOnlyList<DhcpOffer> Offers,
    IReadOnlySet<IPAddress> Answering);
