using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Resolving;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Resolving;

/// <summary>A bug met while a late answer is made costs that answer, never its reply path: what is on loan for ever would hold up each stop.</summary>
public sealed class LateAnswerFaultTests : IReplySource, IReplyPath
{
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = 60_000)]
    public async Task The_path_of_an_answer_that_cannot_be_made_is_given_back()
    {
        // No forwarder and no writer of replies: using them throws, as a bug would.
        var limits = new ForwardingLimits(10, 10);
        using var runner = new ForwardingRunner(
            null!, new CachedResponseBuilder(new CacheOptions()), null!, null!, limits, new CacheCounters(), null!, null!, TimeProvider.System, () => 1, NullLogger<ForwardingRunner>.Instance);

        Join(runner).Should().Be(ForwardingAdmission.Waiting);

        await _abandoned.Task.WaitAsync(TimeSpan.FromSeconds(20));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (limits.Count > 0)
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    IReplyPath IReplySource.CaptureReplyPath() => this;

    void IReplyPath.Send(ReadOnlySpan<byte> response) => throw new InvalidOperationException("there is nothing to send");

    void IReplyPath.Abandon() => _abandoned.SetResult();

    private ForwardingAdmission Join(ForwardingRunner runner)
    {
        var message = QueryBytes.Of("www.example.org", RecordType.A);
        ParsedQuery.TryRead(message, new byte[255], out var query).Should().Be(QueryParseResult.Query);
        var context = new QueryContext { Client = default, Transport = QueryTransport.Udp, NowMilliseconds = 1, Replies = this };
        ReplyTerms.Read(query, context, out var terms);
        return runner.Join(1, query, QuestionVariant.None, terms, message, null, this);
    }
}
