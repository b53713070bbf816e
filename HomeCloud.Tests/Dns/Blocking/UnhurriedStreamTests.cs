using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Dns.Blocking;

/// <summary>The work on a list leaves the processor to those who answer.</summary>
public sealed class UnhurriedStreamTests
{
    [Fact]
    public void Rests_nine_times_as_long_as_the_work_took_and_gives_every_octet()
    {
        var octets = Enumerable.Range(0, 250).Select(i => (byte)i).ToArray();
        var clock = new ManualClock();
        var rests = new List<double>();
        using var stream = new UnhurriedStream(new MemoryStream(octets), new Pace(clock, () => TimeSpan.Zero, time => rests.Add(time.TotalMilliseconds)));
        var got = new List<byte>();
        var piece = new byte[100];
        foreach (var work in (int[])[2, 5, 4000, 0])
        {
            got.AddRange(piece.AsSpan(0, stream.Read(piece)));
            clock.Advance(TimeSpan.FromMilliseconds(work));
        }

        got.Should().Equal(octets);
        rests.Should().Equal([18, 45, 100], "the first piece is not waited for, and nobody sleeps for seconds");
    }

    [Theory]
    [InlineData(0.30, 18)]
    [InlineData(0.35, 48)]
    public void Rests_longer_while_the_program_is_busy_with_something_else(double others, double milliseconds)
    {
        var clock = new ManualClock();
        var (used, work, rested) = (TimeSpan.Zero, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(98));
        var rests = new List<double>();
        var pace = new Pace(clock, () => used, time => rests.Add(time.TotalMilliseconds));
        pace.Begin();
        for (var piece = 0; piece < 3; piece++)
        {
            used += ((work + rested) * others) + work;
            clock.Advance(work);
            pace.Rest();
            clock.Advance(rested);
            pace.Begin();
        }

        rests[1..].Should().Equal(milliseconds, milliseconds);
    }

    [Fact]
    public void Does_not_rest_before_a_piece_is_done_and_forgets_no_work()
    {
        var clock = new ManualClock();
        var rests = new List<double>();
        var pace = new Pace(clock, () => TimeSpan.Zero, time => rests.Add(time.TotalMicroseconds));
        pace.Begin();
        for (var turn = 0; turn < 6; turn++)
        {
            clock.Advance(TimeSpan.FromMicroseconds(100));
            pace.Rest();
        }

        rests.Should().Equal([2700, 2700]);
    }

    [Fact]
    public void A_table_is_sorted_with_rests_and_is_the_same()
    {
        var rests = 0;
        var entries = Enumerable.Range(1, 50_000).Select(i => (ulong)i * 0x9E3779B97F4A7C15 & ~BlockHash.KindMask | 1).ToArray();
        var table = BlockTable.Build(entries, new Pace(new SlowClock(), () => TimeSpan.Zero, _ => rests++));
        rests.Should().BeGreaterThan(3 * 50_000 / 4_096);
        table.Octets.SequenceEqual(BlockTable.Build(entries).Octets).Should().BeTrue();
    }

    /// <summary>A millisecond passes between any two looks.</summary>
    private sealed class SlowClock : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => ++_looks;
    }
}
