using System.Net;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Telemetry;

/// <summary>A pipeline that answers as told, and the smallest queries to hand it.</summary>
internal sealed class ScriptedQueries : IQueryHandler, IReplySource, IReplyPath
{
    public Disposition Next { get; set; } = Disposition.Answered;

    public ResponseCode Code { get; set; }

    public bool Authoritative { get; set; } = true;

    public IReplyPath? Captured { get; private set; }

    public List<byte[]> Sent { get; } = [];

    public int Abandoned { get; private set; }

    public static byte[] Query(string name, RecordType type)
    {
        var wire = DnsName.Parse(name);
        byte[] message = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. wire, (byte)((int)type >> 8), (byte)type, 0, 1];
        return message;
    }

    public Disposition Ask(IQueryHandler handler, byte[] query, string client = "192.168.1.30", QueryTransport transport = QueryTransport.Udp)
    {
        var buffer = new byte[4096];
        query.CopyTo(buffer, 0);
        var context = new QueryContext
        {
            Client = ClientAddress.From(IPAddress.Parse(client)),
            Transport = transport,
            NowMilliseconds = 1,
            Replies = this,
        };
        return handler.Handle(buffer, query.Length, context, out _);
    }

    public Disposition Handle(Span<byte> buffer, int queryLength, scoped in QueryContext context, out int responseLength)
    {
        responseLength = Next == Disposition.Answered ? queryLength : 0;
        if (Next == Disposition.Deferred)
            Captured = context.Replies.CaptureReplyPath();
        buffer[2] = (byte)(Authoritative ? 0x84 : 0x80);
        buffer[3] = (byte)Code;
        return Next;
    }

    public byte[] Response(byte[] query)
    {
        var response = query.ToArray();
        response[2] = 0x80;
        response[3] = (byte)Code;
        return response;
    }

    public IReplyPath CaptureReplyPath() => this;

    public void Send(ReadOnlySpan<byte> response) => Sent.Add(response.ToArray());

    public void Abandon() => Abandoned++;
}
