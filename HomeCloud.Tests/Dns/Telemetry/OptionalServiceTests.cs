using HomeCloud.Dns.Telemetry;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Registry;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Tests.Dns.Telemetry;

public sealed class OptionalServiceTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact(Timeout = 60_000)]
    public async Task A_part_that_fails_is_named_once_and_tried_until_it_works()
    {
        var (time, log) = (new ManualClock(), new CollectedLog<OddPart>());
        using var part = new OddPart(log, time);
        await part.StartAsync(CancellationToken.None);

        using var deadline = new CancellationTokenSource(Deadline);
        while (!part.Works.Task.IsCompleted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        log.Messages.Should().ContainSingle().Which.Should().Contain("The odd part failed: the port is taken").And.Contain("retrying");
        part.ExecuteTask!.IsCompleted.Should().BeFalse();
        await part.StopAsync(CancellationToken.None).WaitAsync(Deadline);
    }

    private sealed class OddPart(ILogger logger, TimeProvider time) : OptionalService(logger, time)
    {
        private int _tries;

        public TaskCompletionSource Works { get; } = new();

        protected override string Part => "odd part";

        protected override async Task RunAsync(CancellationToken stoppingToken)
        {
            if (++_tries < 4)
                throw new IOException("the port is taken");
            Works.SetResult();
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
    }
}
