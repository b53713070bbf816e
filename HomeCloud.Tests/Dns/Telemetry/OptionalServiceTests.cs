using HomeCloud.Dns.Telemetry;
using HomeCloud.Tests.Registry;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Tests.Dns.Telemetry;

public sealed class OptionalServiceTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact(Timeout = 60_000)]
    public async Task A_part_that_fails_is_named_once_and_tried_until_it_works()
    {
        var log = new CollectedLog<OddPart>();
        using var part = new OddPart(log, new ClockWithoutPauses());
        await part.StartAsync(CancellationToken.None);

        await part.Works.Task.WaitAsync(Deadline);
        log.Messages.Should().ContainSingle().Which.Should().Contain("The odd part failed: the port is taken").And.Contain("retrying");
        part.ExecuteTask!.IsCompleted.Should().BeFalse();
        await part.StopAsync(CancellationToken.None).WaitAsync(Deadline);
    }

    /// <summary>On which every pause is over at once.</summary>
    private sealed class ClockWithoutPauses : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
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
