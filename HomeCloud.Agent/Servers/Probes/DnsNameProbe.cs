using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace HomeCloud.Agent.Servers.Probes;

/// <summary>A real question over UDP, as the phone would ask it (RFC 1035 §4). Only as much of DNS as one A question needs.</summary>
public sealed class DnsNameProbe(ServersOptions options) : INameProbe
{
    private const int HeaderLength = 12;
    private const ushort TypeA = 1;
    private const ushort ClassIn = 1;
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(800);

    public bool CanAsk => options.DnsServers.Count > 0;

    public async Task<bool> ResolvesAsync(string fullName, IPAddress address, CancellationToken cancellationToken)
    {
        foreach (var server in options.DnsServers)
        {
            if (!await ResolvesAsync(server, fullName, address, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<bool> ResolvesAsync(IPEndPoint server, string fullName, IPAddress address, CancellationToken cancellationToken)
    {
        var query = Question(fullName, out var id);
        var buffer = new byte[1232];
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Wait);
        try
        {
            await socket.ConnectAsync(server, deadline.Token);
            await socket.SendAsync(query, deadline.Token);
            var length = await socket.ReceiveAsync(buffer, deadline.Token);
            return HasAddress(buffer.AsSpan(0, length), id, query.Length, address);
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

    internal static byte[] Question(string fullName, out ushort id)
    {
        id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        var message = new byte[HeaderLength + fullName.Length + 2 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        message[2] = 0x01; // RD, as stub resolvers set it
        message[5] = 1; // QDCOUNT
        var at = HeaderLength;
        foreach (var label in fullName.Split('.'))
        {
            message[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, message.AsSpan(at));
        }

        at++;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at), TypeA);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 2), ClassIn);
        return message;
    }

    /// <summary>Whether an answer's A records hold the address; owner names are not compared, because aliases may lead there.</summary>
    internal static bool HasAddress(ReadOnlySpan<byte> response, ushort id, int questionEnd, IPAddress address)
    {
        if (response.Length < questionEnd || BinaryPrimitives.ReadUInt16BigEndian(response) != id || (response[2] & 0x80) == 0 || (response[3] & 0x0F) != 0)
        {
            return false;
        }

        Span<byte> wanted = stackalloc byte[16];
        address.TryWriteBytes(wanted, out var size);
        var answers = BinaryPrimitives.ReadUInt16BigEndian(response[6..]);
        var at = questionEnd;
        for (var i = 0; i < answers; i++)
        {
            if (!TrySkipName(response, ref at) || at + 10 > response.Length)
            {
                return false;
            }

            var type = BinaryPrimitives.ReadUInt16BigEndian(response[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(response[(at + 8)..]);
            at += 10;
            if (at + length > response.Length)
            {
                return false;
            }

            if (type == TypeA && response.Slice(at, length).SequenceEqual(wanted[..size]))
            {
                return true;
            }

            at += length;
        }

        return false;
    }

    private static bool TrySkipName(ReadOnlySpan<byte> message, ref int at)
    {
        while (at < message.Length)
        {
            var length = message[at];
            if (length >= 0xC0)
            {
                at += 2; // compression pointer, RFC 1035 §4.1.4
                return at <= message.Length;
            }

            at += length + 1;
            if (length == 0)
            {
                return true;
            }
        }

        return false;
    }
}
