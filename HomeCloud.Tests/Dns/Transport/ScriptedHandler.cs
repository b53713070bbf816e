using System.Collections.Concurrent;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>Stands in for the query pipeline: the opcode of the message says what becomes of it.</summary>
internal sealed class ScriptedHandler : IQueryHandler
{
    public const byte Echo = 0;
    public const byte Defer = 1 << 3;
    public const byte Throw = 2 << 3;

    /// <summary>Echo, made as long as the second id byte says, in KiB.</summary>
    public const byte Enlarge = 3 << 3;

    public ConcurrentQueue<(byte[] Query, IReplyPath Path)> Deferred { get; } = new();

    public ConcurrentQueue<(ClientAddress Client, ClientAddress Local, QueryTransport Transport)> Seen { get; } = new();

    public Disposition Handle(Span<byte> buffer, int queryLength, scoped in QueryContext context, out int responseLength)
    {
        responseLength = 0;
        if (queryLength < 12 || (buffer[2] & 0x80) != 0)
            return Disposition.Dropped;

        Seen.Enqueue((context.Client, context.Local, context.Transport));
        var action = (byte)(buffer[2] & 0x78);
        buffer[2] |= 0x80;
        responseLength = queryLength;
        switch (action)
        {
            case Throw:
                throw new InvalidOperationException("a bug");
            case Enlarge:
                responseLength = buffer[1] * 1024;
                buffer[queryLength..responseLength].Fill(0xEE);
                return Disposition.Answered;
            case Defer:
                responseLength = 0;
                Deferred.Enqueue((buffer[..queryLength].ToArray(), context.Replies.CaptureReplyPath()));
                return Disposition.Deferred;
            default:
                return Disposition.Answered;
        }
    }

    public static byte[] Query(ushort id, byte action = Echo, int length = 12)
    {
        var query = new byte[length];
        query[0] = (byte)(id >> 8);
        query[1] = (byte)id;
        query[2] = action;
        return query;
    }
}
