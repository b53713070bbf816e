using System.Buffers;
using System.Net;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Hosting;

/// <summary>Hands queries that came over HTTPS to the DNS server of this process, as its own transports do.</summary>
internal sealed class DnsResponder(IQueryHandler handler, ServingClock clock) : IDnsResponder
{
    public ValueTask<ReadOnlyMemory<byte>> AnswerAsync(ReadOnlyMemory<byte> query, IPAddress client, IPAddress? local, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MessageHeader.MaxMessageSize);
        try
        {
            query.CopyTo(buffer);
            var late = new LateAnswer();
            var context = new QueryContext
            {
                Client = ClientAddress.From(client),
                Local = local is null ? default : ClientAddress.From(local),
                Transport = QueryTransport.Https,
                NowMilliseconds = clock.Milliseconds(),
                Replies = late,
            };
            return handler.Handle(buffer.AsSpan(0, MessageHeader.MaxMessageSize), query.Length, context, out var length) switch
            {
                Disposition.Answered => ValueTask.FromResult<ReadOnlyMemory<byte>>(buffer.AsSpan(0, length).ToArray()),
                Disposition.Deferred => new(late.Task.WaitAsync(cancellation)),
                _ => default,
            };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The way back to one request.</summary>
    private sealed class LateAnswer : IReplySource, IReplyPath
    {
        private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ReadOnlyMemory<byte>> Task => _answer.Task;

        public IReplyPath CaptureReplyPath() => this;

        public void Send(ReadOnlySpan<byte> response) => _answer.TrySetResult(response.ToArray());

        public void Blocked(string list)
        {
        }

        public void Abandon() => _answer.TrySetResult(default);
    }
}
