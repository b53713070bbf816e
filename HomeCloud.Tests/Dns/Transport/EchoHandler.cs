using HomeCloud.Dns.Serving;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>Sends every message back, marked as a response; defers every second one if asked to. Allocates nothing.</summary>
internal sealed class EchoHandler(bool defer = false) : IQueryHandler
{
    public Disposition Handle(Span<byte> buffer, int queryLength, scoped in QueryContext context, out int responseLength)
    {
        buffer[2] |= 0x80;
        responseLength = queryLength;
        if (!defer)
            return Disposition.Answered;

        context.Replies.CaptureReplyPath().Send(buffer[..queryLength]);
        responseLength = 0;
        return Disposition.Deferred;
    }
}
