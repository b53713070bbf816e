using System.Buffers.Binary;
using System.Net;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Telemetry.Health;

/// <summary>Asks the pipeline itself, as a client on loopback would, for the SOA of a zone of ours: the answer must be authoritative.</summary>
public sealed class AnswersCheck : IReadinessCheck
{
    public const string CheckName = "answers";

    private readonly IQueryHandler _handler;
    private readonly string _zone;
    private readonly ServingClock _clock;
    private readonly byte[] _query;

    /// <param name="handler">The pipeline.</param>
    /// <param name="zone">A zone of ours, for instance <c>home.</c></param>
    /// <param name="clock">The clock that queries are answered by.</param>
    public AnswersCheck(IQueryHandler handler, string zone, ServingClock clock)
    {
        _clock = clock;
        _handler = handler;
        _zone = zone;
        var apex = DnsName.Parse(zone);
        _query = new byte[MessageHeader.Size + apex.Length + 4];
        MessageHeader.SetFlags(_query, HeaderFlags.None);
        MessageHeader.SetCounts(_query, 1, 0, 0, 0);
        apex.CopyTo(_query, MessageHeader.Size);
        BinaryPrimitives.WriteUInt16BigEndian(_query.AsSpan(MessageHeader.Size + apex.Length), (ushort)RecordType.Soa);
        BinaryPrimitives.WriteUInt16BigEndian(_query.AsSpan(MessageHeader.Size + apex.Length + 2), (ushort)RecordClass.Internet);
    }

    public string Name => CheckName;

    public ReadinessResult Check()
    {
        var buffer = new byte[4096];
        _query.CopyTo(buffer, 0);
        var context = new QueryContext
        {
            Client = ClientAddress.From(IPAddress.Loopback),
            Transport = QueryTransport.Tcp,
            NowMilliseconds = _clock.Milliseconds(),
            Replies = NoReplies.Instance,
        };
        var disposition = _handler.Handle(buffer, _query.Length, context, out var length);
        if (disposition != Disposition.Answered || length < MessageHeader.Size)
            return new(false, $"the SOA of {_zone} was not answered ({disposition})");
        var code = MessageHeader.ResponseCode(buffer);
        return code == ResponseCode.NoError && (MessageHeader.Flags(buffer) & HeaderFlags.Authoritative) != 0
            ? new(true, $"the SOA of {_zone} is answered")
            : new(false, $"the SOA of {_zone} is answered with {DnsText.Of(code)}, without authority");
    }

    /// <summary>An SOA of ours never needs an upstream; if it is deferred all the same, the late answer goes nowhere.</summary>
    private sealed class NoReplies : IReplySource, IReplyPath
    {
        public static readonly NoReplies Instance = new();

        public IReplyPath CaptureReplyPath() => this;

        public void Send(ReadOnlySpan<byte> response)
        {
        }

        public void Abandon()
        {
        }
    }
}
