using System.Net.Sockets;
using System.Security.Authentication;

namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>Short words for the reader of an extended error or a status page.</summary>
internal static class ConnectionErrorText
{
    /// <summary>Null for a bug, which must not pass as an unreachable upstream.</summary>
    public static string? Of(Exception problem) => problem switch
    {
        SocketException socket => Of(socket),
        AuthenticationException tls => $"TLS: {tls.InnerException?.Message ?? tls.Message}",
        IOException { InnerException: SocketException socket } => Of(socket),
        IOException io => io.Message,
        OperationCanceledException => "connection timed out",
        ObjectDisposedException => "closed by us",
        _ => null,
    };

    public static string Of(SocketException problem) => problem.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostUnreachable => "host unreachable",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "network unreachable",
        SocketError.ConnectionReset => "connection reset",
        SocketError.TimedOut => "connection timed out",
        SocketError.AccessDenied => "blocked by a local firewall",
        SocketError.TooManyOpenSockets => "too many open files on this machine",
        SocketError.AddressFamilyNotSupported => "this machine has no IPv6",
        _ => problem.Message,
    };
}
