using HomeCloud.Dns.Transport.Instruments;
using HomeCloud.Tests.Dns.Messages;

namespace HomeCloud.Tests.Dns.Transport;

public class PausedTimeTests
{
    private readonly PipelineHarness.ManualTime _wall = new();

    [Fact]
    public void A_clock_set_forward_counts_once_and_one_set_back_never()
    {
        var paused = new PausedTime(_wall);
        At(0, pausedMilliseconds: 0);
        paused.Until(0).Should().Be(0);
        At(1_000, pausedMilliseconds: 60_000);
        paused.Until(1_000).Should().Be(60_000);
        At(2_000, pausedMilliseconds: 60_000);
        paused.Until(2_000).Should().Be(60_000);
        At(3_000, pausedMilliseconds: -60_000);
        paused.Until(3_000).Should().Be(60_000);
        At(4_000, pausedMilliseconds: -50_000);
        paused.Until(4_000).Should().Be(70_000);
    }

    [Fact]
    public void Adjusting_the_clock_is_no_pause_however_long_it_goes_on()
    {
        var paused = new PausedTime(_wall);
        for (var second = 0; second < 100_000; second++)
        {
            At(second * 1_000L, pausedMilliseconds: second / 2);
            paused.Until(second * 1_000L).Should().Be(0, "NTP slews by half a millisecond a second at most");
        }
    }

    private void At(long monotonicMilliseconds, long pausedMilliseconds) => _wall.Now = DateTimeOffset.UnixEpoch.AddMilliseconds(monotonicMilliseconds + pausedMilliseconds);
}
