using System.Net.Sockets;

namespace HomeCloud.Dns.Forwarding;

/// <summary>Short words for the reader of an extended error or a status page.</summary>
internal static class SocketErrorText
{
    public static string Of(SocketException problem) => problem.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nothing listens there",
        SocketError.HostUnreachable => "host unreachable",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "network unreachable",
        SocketError.ConnectionReset => "connection reset",
        SocketError.TimedOut => "connection timed out",
        SocketError.AccessDenied => "blocked by a local firewall",
        SocketError.TooManyOpenSockets => "too many open files here",
        SocketError.AddressFamilyNotSupported => "no IPv6 here",
        _ => problem.Message,
    };
}
