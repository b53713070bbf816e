using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Scenarios.Served;

/// <summary>The server's own pipeline, told another place and time than the transport saw. A message with <see cref="ControlId"/> keeps its place.</summary>
internal sealed class DisplacedHandler(IQueryHandler inner, IZoneTransfer transfers, Displacement displacement) : IQueryHandler, IZoneTransfer
{
    public const ushort ControlId = 0xFFFF;

    public Disposition Handle(Span<byte> buffer, int queryLength, scoped in QueryContext context, out int responseLength) =>
        inner.Handle(buffer, queryLength, Displaced(buffer[..queryLength], context), out responseLength);

    public ITransferMessages? TryBegin(ReadOnlySpan<byte> query, scoped in QueryContext context) => transfers.TryBegin(query, Displaced(query, context));

    private QueryContext Displaced(ReadOnlySpan<byte> query, scoped in QueryContext context)
    {
        var seen = query.Length >= 2 && MessageHeader.Id(query) == ControlId ? null : displacement.Seen;
        return new QueryContext
        {
            Client = seen?.Client ?? context.Client,
            Local = seen?.Local ?? context.Local,
            Transport = context.Transport,
            NowMilliseconds = displacement.Now,
            Replies = context.Replies,
        };
    }
}
