using HomeCloud.Dns.Serving;

namespace HomeCloud.Tests.Dns.Resolving;

/// <summary>Stands in for a transport worker: keeps what is sent late.</summary>
internal sealed class LateReply : IReplySource, IReplyPath
{
    private readonly TaskCompletionSource<byte[]> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<byte[]> Answer => _answer.Task;

    public IReplyPath CaptureReplyPath() => this;

    public void Send(ReadOnlySpan<byte> response) => _answer.TrySetResult(response.ToArray());

    public void Abandon() => _answer.TrySetResult([]);
}
