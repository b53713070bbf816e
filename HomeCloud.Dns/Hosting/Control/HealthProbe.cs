using System.Net;
using System.Net.Sockets;
using System.Text;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>
/// <c>homecloud-dns probe [ADDR:PORT]</c>: asks a running server whether it is ready; exit code 0 or 1. For container health
/// checks, in images that have no shell and no curl. Starts none of the server.
/// </summary>
public static class HealthProbe
{
    public const string Command = "probe";

    private const int Timeout = 4000;

    public static bool IsAskedFor(string[] args) => args is [Command, ..];

    /// <summary>Address from the command line, else from <c>HOMECLOUD_METRICS</c>, else 127.0.0.1:9153.</summary>
    public static int Run(string[] args)
    {
        var text = args.ElementAtOrDefault(1) ?? Environment.GetEnvironmentVariable("HOMECLOUD_METRICS") ?? "127.0.0.1:9153";
        if (!AddressText.TryParseEndPoint(text, out var address) || address.Port == 0)
        {
            Console.Error.WriteLine($"homecloud: '{text}' is not a valid address with a port (example: 127.0.0.1:9153).");
            return 1;
        }

        if (address.Address.Equals(IPAddress.Any))
            address.Address = IPAddress.Loopback;
        else if (address.Address.Equals(IPAddress.IPv6Any))
            address.Address = IPAddress.IPv6Loopback;

        try
        {
            var response = Get(address, "/health/ready");
            var body = response.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            Console.WriteLine(body < 0 ? response : response[(body + 4)..].TrimEnd());
            return response.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) ? 0 : 1;
        }
        catch (SocketException error)
        {
            Console.Error.WriteLine($"homecloud: http://{address}/health/ready does not answer: {error.Message}. Is the server running with --metrics {address}?");
            return 1;
        }
    }

    private static string Get(IPEndPoint address, string path)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.SendTimeout = Timeout;
        socket.ReceiveTimeout = Timeout;
        socket.Connect(address);
        socket.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"));
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (length < buffer.Length && socket.Receive(buffer.AsSpan(length)) is var read and > 0)
            length += read;
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
