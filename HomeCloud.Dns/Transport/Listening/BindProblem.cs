using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Machine;

namespace HomeCloud.Dns.Transport.Listening;

/// <summary>Turns a failed bind into one line that names the cause and the fix.</summary>
internal static class BindProblem
{
    private const string UnprivilegedStart = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

    public static string Describe(IPEndPoint local, ProtocolType protocol, SocketException exception)
    {
        var what = $"cannot listen on {local} ({(protocol == ProtocolType.Udp ? "UDP" : "TCP")})";
        return exception.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => $"{what}: the port is held by {Holder(local, protocol) ?? "another process"}; "
                + $"stop it, or choose another address or port with --listen (example: --listen {Other(local)})",
            SocketError.AddressNotAvailable => $"{what}: this machine does not have that address; it has {string.Join(", ", LocalAddresses.All())}; "
                + "it is served as soon as an interface has it; if it is wrong, set another with --listen",
            SocketError.AccessDenied => $"{what}: ports below {FirstUnprivileged()} need the capability CAP_NET_BIND_SERVICE; "
                + "run as root, set AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit, "
                + $"or choose a higher port (example: --listen {Other(local)})",
            _ => $"{what}: {exception.Message}; check the address set with --listen",
        };
    }

    private static string? Holder(IPEndPoint local, ProtocolType protocol) => PortHolders.Of(local.Port, protocol)
        .Where(holder => holder.Pid > 0 && Overlaps(holder.Address, local.Address))
        .Select(holder => $"{holder.Process} (pid {holder.Pid})")
        .FirstOrDefault();

    private static bool Overlaps(IPAddress held, IPAddress wanted) =>
        held.Equals(wanted)
        || SpecialRanges.IsUnspecified(held)
        || SpecialRanges.IsUnspecified(wanted)
        || (held.IsIPv4MappedToIPv6 && held.MapToIPv4().Equals(wanted));

    private static IPEndPoint Other(IPEndPoint local) => new(local.Address, local.Port == 5300 ? 5301 : 5300);

    private static string FirstUnprivileged() => File.Exists(UnprivilegedStart) ? File.ReadAllText(UnprivilegedStart).Trim() : "1024";
}
