using HomeCloud.Dns.Zones;

namespace HomeCloud.Tests.Dns.Zones;

public class ZoneSerialTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly uint Clock = (uint)Start.ToUnixTimeSeconds();

    [Fact]
    public void A_change_after_a_quiet_time_shows_at_once()
    {
        var serial = new ZoneSerial(Start, 0);
        serial.Current(5000).Should().Be(Clock);
        serial.Changed(5000);
        serial.Current(5000).Should().Be(Clock + 5);
    }

    [Fact]
    public void Changes_within_one_second_show_when_the_next_begins()
    {
        var serial = new ZoneSerial(Start, 0);
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
        var serial = new ZoneSerial(Start, 0);
        var random = new Random(7);
        uint last = 0;
        for (long now = 0; now < 60_000; now += random.Next(1, 40))
        {
            serial.Changed(now);
            var current = serial.Current(now);
            current.Should().BeGreaterThanOrEqualTo(last).And.BeLessThanOrEqualTo(Clock + (uint)(now / 1000));
            last = current;
        }

        new ZoneSerial(Start.AddSeconds(61), 0).Current(0).Should().BeGreaterThan(serial.Current(60_000));
    }

    [Fact]
    public void It_wraps_as_RFC_1982_has_it()
    {
        var late = new DateTimeOffset(2106, 2, 7, 6, 28, 14, TimeSpan.Zero);
        var serial = new ZoneSerial(late, 0);
        serial.Changed(3000);
        ((int)(serial.Current(3000) - serial.Current(0))).Should().BeGreaterThanOrEqualTo(0);
        ((int)(serial.Current(3000) - (uint)late.ToUnixTimeSeconds())).Should().Be(3);
    }
}
