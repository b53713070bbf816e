using HomeCloud.Dns.Zones;
using HomeCloud.Tests.Dns.Messages;

namespace HomeCloud.Tests.Dns.Zones;

public class ZoneSerialTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly uint Clock = (uint)Start.ToUnixTimeSeconds();

    [Fact]
    public void A_change_after_a_quiet_time_shows_at_once()
    {
        var serial = Began(Start);
        serial.Current(5000).Should().Be(Clock);
        serial.Changed(5000);
        serial.Current(5000).Should().Be(Clock + 5);
    }

    [Fact]
    public void Changes_within_one_second_show_when_the_next_begins()
    {
        var serial = Began(Start);
        serial.Changed(5000);
        serial.Changed(5100);
        serial.Changed(5999);
        serial.Current(5999).Should().Be(Clock + 5);
        serial.Current(6000).Should().Be(Clock + 6);
        serial.Current(9000).Should().Be(Clock + 6);
    }

    [Fact]
    public void It_never_runs_ahead_of_the_clock_so_a_restart_never_goes_back()
    {
        var serial = Began(Start);
        var random = new Random(7);
        uint last = 0;
        for (long now = 0; now < 60_000; now += random.Next(1, 40))
        {
            serial.Changed(now);
            var current = serial.Current(now);
            current.Should().BeGreaterThanOrEqualTo(last).And.BeLessThanOrEqualTo(Clock + (uint)(now / 1000));
            last = current;
        }

        Began(Start.AddSeconds(61)).Current(0).Should().BeGreaterThan(serial.Current(60_000));
    }

    [Fact]
    public void It_wraps_as_RFC_1982_has_it()
    {
        var late = new DateTimeOffset(2106, 2, 7, 6, 28, 14, TimeSpan.Zero);
        var serial = Began(late);
        serial.Changed(3000);
        ((int)(serial.Current(3000) - serial.Current(0))).Should().BeGreaterThanOrEqualTo(0);
        ((int)(serial.Current(3000) - (uint)late.ToUnixTimeSeconds())).Should().Be(3);
    }

    [Fact]
    public void A_clock_set_forward_late_takes_it_along_and_one_set_back_does_not_hold_it()
    {
        // A board without an RTC: its last run ended in 2026, this one begins two years before.
        var time = new PipelineHarness.ManualTime { Now = Start.AddYears(-2) };
        var serial = new ZoneSerial(time);
        serial.Current(1_000);
        time.Now = Start.AddSeconds(10);
        serial.Current(11_000).Should().Be(Clock + 10, "a secondary saw serials of 2026 before");

        time.Now = Start.AddYears(-2);
        var shown = serial.Current(13_000);
        for (var now = 20_000; now < 30_000; now += 2_000)
        {
            serial.Changed(now);
            ((int)(serial.Current(now + 1_000) - shown)).Should().BePositive("a change shows, whatever the clock says");
            shown = serial.Current(now + 1_000);
        }
    }

    private static ZoneSerial Began(DateTimeOffset at)
    {
        var serial = new ZoneSerial(new RunningTime(at));
        serial.Current(0);
        return serial;
    }

    /// <summary>Read once by a test that gives its own milliseconds: then it stands still, and so no step is seen.</summary>
    private sealed class RunningTime(DateTimeOffset start) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => start;
    }
}
