using System.Net;

namespace HomeCloud.Lab.Network;

/// <summary>
/// The addresses of the lab's home. They look like any home's: the lab's networks end at its own namespaces, so
/// nothing collides with the network this machine is on.
/// </summary>
public static class Lan
{
    public const string Prefix4 = "192.168.1.0/24";
    public const string Prefix6 = "fd77:c10d:0:1::/64";

    public const string Router4 = "192.168.1.1";
    public const string Router6 = "fd77:c10d:0:1::1";

    public const string FirstServer4 = "192.168.1.2";

    /// <summary>What servers share, where they do.</summary>
    public const string Shared4 = "192.168.1.51";
    public const string Shared6 = "fd77:c10d:0:1::53";

    public const string Laptop4 = "192.168.1.50";
    public const string Laptop6 = "fd77:c10d:0:1::50";

    /// <summary>The router's side of the line to the internet; RFC 5737 and RFC 3849 addresses.</summary>
    public const string Outside4 = "203.0.113.1";
    public const string Outside6 = "2001:db8:53::1";

    /// <summary>The scripted name server out there.</summary>
    public const string Upstream4 = "203.0.113.53";
    public const string Upstream6 = "2001:db8:53::53";

    public const string Switch = "switch";
    public const string Internet = "internet";
    public const string Router = "router";
    public const string Laptop = "laptop";

    /// <summary>Name of the Docker network whose containers are on the LAN.</summary>
    public const string DockerNetwork = "lan";

    /// <summary><c>server</c>, <c>server2</c>, …</summary>
    public static string Server(int index) => index == 0 ? "server" : $"server{index + 1}";

    public static string Server4(int index) => $"192.168.1.{2 + index}";

    public static string Server6(int index) => $"fd77:c10d:0:1::{2 + index}";

    /// <summary>The part of the LAN that a server's containers get their addresses from: outside the router's DHCP pool, and no two servers share one.</summary>
    public static string Containers4(int index, int servers)
    {
        var size = servers switch { 1 => 128, 2 => 64, _ => 32 };
        return $"192.168.1.{128 + (index * size)}/{32 - int.Log2(size)}";
    }

    public static string Containers6(int index) => $"fd77:c10d:0:1::c{index}00/120";

    public static IPEndPoint Dns(int index) => new(IPAddress.Parse(Server4(index)), 53);
}
