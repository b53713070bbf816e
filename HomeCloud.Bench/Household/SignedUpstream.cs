using System.Net;
using System.Net.Sockets;
using HomeCloud.Bench.Load;

namespace HomeCloud.Bench.Household;

/// <summary>Answers for a signed tree from memory, as a server that recurses, does not validate and has all in its cache. Its time is not the servers'.</summary>
internal sealed class SignedUpstream
{
    private const byte ServerFailure = 2;

    private readonly SignedTree _tree;
    private readonly Socket _socket;
    private long _asked;

    private SignedUpstream(SignedTree tree)
    {
        _tree = tree;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20 };
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Questions so far.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    /// <summary>Serves until this process ends.</summary>
    public static SignedUpstream Start(SignedTree tree)
    {
        var upstream = new SignedUpstream(tree);
        new Thread(upstream.Serve) { IsBackground = true }.Start();
        return upstream;
    }

    private void Serve()
    {
        var client = new SocketAddress(AddressFamily.InterNetwork);
        var buffer = new byte[4096];
        while (true)
        {
            client.Size = client.Buffer.Length;
            var received = _socket.ReceiveFrom(buffer.AsSpan(0, 1024), SocketFlags.None, client);
            if (received <= Question.HeaderSize)
                continue;
            Interlocked.Increment(ref _asked);
            _socket.SendTo(buffer.AsSpan(0, Answer(buffer, received)), SocketFlags.None, client);
        }
    }

    /// <summary>Makes the query in the buffer its own answer.</summary>
    private int Answer(byte[] buffer, int received)
    {
        var end = Question.HeaderSize;
        Span<char> name = stackalloc char[256];
        var length = 0;
        while (end < received && buffer[end] != 0)
        {
            foreach (var octet in buffer.AsSpan(end + 1, buffer[end]))
                name[length++] = char.ToLowerInvariant((char)octet);
            name[length++] = '.';
            end += buffer[end] + 1;
        }

        var type = (ushort)((buffer[end + 1] << 8) | buffer[end + 2]);
        end += 5;
        var hasOpt = buffer[11] == 1 && received >= end + QuestionWriter.OptSize && buffer[end + 2] == QuestionWriter.Opt;
        var wantsSignatures = hasOpt && (buffer[end + 7] & 0x80) != 0;
        var answer = _tree.Find(new string(name[..Math.Max(0, length - 1)]), type);
        buffer[2] = (byte)(0x80 | (buffer[2] & 0x01));
        buffer[3] = (byte)(0x80 | (buffer[3] & 0x10) | (answer?.Code ?? ServerFailure));
        buffer.AsSpan(6, 6).Clear();
        var records = answer is null ? [] : wantsSignatures ? answer.Records : answer.Plain;
        records.CopyTo(buffer.AsSpan(end));
        end += records.Length;
        if (records.Length > 0)
            (buffer[7], buffer[9]) = (answer!.Authority > 0 ? (byte)0 : wantsSignatures ? (byte)2 : (byte)1, answer.Authority);
        if (!hasOpt)
            return end;
        ReadOnlySpan<byte> opt = [0, 0, QuestionWriter.Opt, 4, 208, 0, 0, (byte)(wantsSignatures ? 0x80 : 0), 0, 0, 0];
        opt.CopyTo(buffer.AsSpan(end));
        buffer[11] = 1;
        return end + opt.Length;
    }
}
