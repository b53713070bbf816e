using System.Net;

namespace HomeCloud.Agent.NetworkSetup;

/// <summary>A network as it shall be made.</summary>
/// <param name="Name">Of the Docker network.</param>
/// <param name="Parent">The interface to hang containers on.</param>
/// <param name="Subnet">The LAN's.</param>
/// <param name="Gateway">The router.</param>
/// <param name="Range">Addresses that Docker may give out.</param>
/// <param name="Dns">The DNS server's own address, outside <paramref name="Range"/>.</param>
/// <param name="Web">The web page's own address, outside <paramref name="Range"/>.</param>
/// <param name="Spare">A third one, for Redis when other machines join; null when none is left.</param>
/// <param name="Reasons">Why it is so, one sentence each.</param>
public sealed record NetworkProposal(
    string Name,
    string Parent,
    IPNetwork Subnet,
    IPAddress Gateway,
    IPNetwork Range,
    IPAddress Dns,
    IPAddress Web,
    IPAddress? Spare,
    IReadOnlyList<string> Reasons);
