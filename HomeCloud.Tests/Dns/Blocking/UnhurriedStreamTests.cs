using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Dns.Blocking;

/// <summary>The work on a list leaves nine tenths of a processor to those who answer.</summary>
public sealed class UnhurriedStreamTests
{
    [Fact]
    public void Rests_nine_times_as_long_as_the_work_took_and_gives_every_octet()
    {
        var octets = Enumerable.Range(0, 250).Select(i => (byte)i).ToArray();
        var clock = new ManualClock();
        var rests = new List<double>();
        using var stream = new UnhurriedStream(new MemoryStream(octets), new Pace(clock, time => rests.Add(time.TotalMilliseconds)));
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

    [Fact]
    public void A_table_is_sorted_with_rests_and_is_the_same()
    {
        var rests = 0;
        var entries = Enumerable.Range(1, 50_000).Select(i => (ulong)i * 0x9E3779B97F4A7C15 & ~BlockHash.KindMask | 1).ToArray();
        var table = BlockTable.Build(entries, new Pace(new ManualClock(), _ => rests++));
        rests.Should().BeGreaterThan(10);
        table.Octets.SequenceEqual(BlockTable.Build(entries).Octets).Should().BeTrue();
    }
}
