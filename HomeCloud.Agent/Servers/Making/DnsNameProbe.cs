using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using HomeCloud.Net.Stub;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>A real question over UDP, as the phone would ask it (RFC 1035 §4).</summary>
public sealed class DnsNameProbe(ServersOptions options) : INameProbe
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(800);

    public bool CanAsk => options.DnsServers.Count > 0;

    public async Task<bool> ResolvesAsync(string fullName, IPAddress address, CancellationToken cancellationToken)
    {
        foreach (var server in options.DnsServers)
        {
            if (!await ResolvesAsync(server, fullName, address, cancellationToken))
                return false;
        }

        return true;
    }

    private static async Task<bool> ResolvesAsync(IPEndPoint server, string fullName, IPAddress address, CancellationToken cancellationToken)
    {
        var query = Question(fullName);
        if (query.Length == 0)
            return false;

        var buffer = new byte[1232];
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Wait);
        try
        {
            await socket.ConnectAsync(server, deadline.Token);
            await socket.SendAsync(query, deadline.Token);
            var length = await socket.ReceiveAsync(buffer, deadline.Token);
            return HasAddress(buffer.AsSpan(0, length), query, address);
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    internal static byte[] Question(string fullName) =>
        StubMessage.Question((ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1), fullName, RecordType.A);

    /// <summary>Whether an answer's A records hold the address; owner names are not compared, because aliases may lead there.</summary>
    internal static bool HasAddress(ReadOnlySpan<byte> response, ReadOnlySpan<byte> question, IPAddress address) =>
        StubMessage.TryRead(response, question, TimeSpan.Zero, out var reply)
        && reply.ResponseCode == ResponseCode.NoError
        && reply.Addresses.Contains(address);
}

public interface INameProbe
{
    /// <summary>Asks every configured DNS server whether the name has the address.</summary>
    Task<bool> ResolvesAsync(string fullName, IPAddress address, CancellationToken cancellationToken);

    /// <summary>False when there is nobody to ask.</summary>
    bool CanAsk { get; }
}
