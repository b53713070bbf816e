using HomeCloud.Dns.Telemetry.Queries;

namespace HomeCloud.Tests.Dns.Telemetry;

public sealed class QueryRingTests
{
    [Fact]
    public void Records_come_out_in_order_and_the_ring_can_be_filled_again()
    {
        var ring = new QueryRing(4);
        for (uint round = 0; round < 3; round++)
        {
            for (uint i = 0; i < 4; i++)
                ring.TryWrite(new QueryRecord { Microseconds = (round * 4) + i }).Should().BeTrue();
            for (uint i = 0; i < 4; i++)
            {
                ring.TryRead(out var record).Should().BeTrue();
                record.Microseconds.Should().Be((round * 4) + i);
            }
        }
    }

    [Fact]
    public void A_full_ring_loses_the_newest_and_counts_it()
    {
        var ring = new QueryRing(2);
        ring.TryWrite(default);
        ring.TryWrite(default);

        ring.TryWrite(default).Should().BeFalse();

        ring.Lost.Should().Be(1);
    }

    [Fact]
    public void Nothing_is_lost_twice_or_torn_between_many_writers_and_a_reader()
    {
        const int Writers = 4;
        const uint Each = 50_000;
        var ring = new QueryRing(1024);
        var writers = Enumerable.Range(0, Writers).Select(writer => new Thread(() =>
        {
            for (uint i = 1; i <= Each; i++)
                ring.TryWrite(new QueryRecord { Time = writer, Microseconds = i, NameLength = (byte)i });
        })).ToList();
        writers.ForEach(thread => thread.Start());

        long read = 0;
        var last = new uint[Writers];
        var running = true;
        while (running)
        {
            running = writers.Exists(thread => thread.IsAlive);
            while (ring.TryRead(out var record))
            {
                read++;
                if (record.NameLength != (byte)record.Microseconds || record.Microseconds <= last[record.Time])
                    Assert.Fail($"a torn or repeated record: {record.Microseconds} after {last[record.Time]}");
                last[record.Time] = record.Microseconds;
            }
        }

        (read + ring.Lost).Should().Be(Writers * Each);
    }
}
