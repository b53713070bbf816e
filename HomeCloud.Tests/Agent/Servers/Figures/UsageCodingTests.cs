using HomeCloud.Agent.Servers.Figures;
using HomeCloud.Registry.Figures;

namespace HomeCloud.Tests.Agent.Servers.Figures;

public sealed class UsageCodingTests
{
    [Fact]
    public void What_was_written_is_read_again()
    {
        var random = new Random(20261130);
        for (var round = 0; round < 50; round++)
        {
            var all = Some(random);
            var read = UsageCoding.Read(UsageCoding.Write(all));

            read.Keys.Should().BeEquivalentTo(all.Keys);
            foreach (var (name, series) in all)
            {
                for (var i = 0; i < series.Tables.Length; i++)
                    read[name].Tables[i].Steps.Should().Equal(series.Tables[i].Steps);
            }
        }
    }

    /// <summary>684 steps a server: what lists that double hold beyond that would be half as much again.</summary>
    [Fact]
    public void A_full_week_takes_no_more_room_than_its_steps()
    {
        var series = new UsageSeries();
        var begin = new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        for (var minute = 0; minute < 8 * 24 * 60; minute++)
            series.Add(begin + (minute * 60L), new UsageSpan(60, 1, 1 << 20, 0, 0), begin + (minute * 60L) + 1);
        var read = UsageCoding.Read(UsageCoding.Write([new("web", series)]))["web"];

        foreach (var table in series.Tables.Concat(read.Tables))
        {
            table.Steps.Should().HaveCount(table.Capacity);
            ((List<UsageStep>)table.Steps).Capacity.Should().BeLessThanOrEqualTo(table.Capacity + 1);
        }
    }

    [Fact]
    public void A_damaged_file_is_refused_and_never_half_read()
    {
        var random = new Random(20261130);
        var file = UsageCoding.Write(Some(random));
        for (var round = 0; round < 2000; round++)
        {
            var damaged = file.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            if (random.Next(4) == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            FluentActions.Invoking(() => UsageCoding.Read(damaged)).Should().Throw<InvalidDataException>();
        }
    }

    /// <summary>Numbers that somebody sealed properly and that no series has.</summary>
    [Fact]
    public void Sealed_nonsense_is_refused_in_bounded_memory()
    {
        var random = new Random(20261130);
        for (var round = 0; round < 5000; round++)
        {
            var numbers = new SealedNumbers("homecloud-usage 1\n"u8);
            numbers.Write(random.Next(1, 4));
            for (var i = 0; i < random.Next(1, 60); i++)
            {
                if (random.Next(8) == 0)
                    numbers.Write("web");
                else
                    numbers.Write(random.Next(3) switch { 0 => random.Next(3) switch { 0 => 60, 1 => 300, _ => 1800 }, 1 => random.Next(5), _ => random.NextInt64() });
            }

            var file = numbers.Seal();
            FluentActions.Invoking(() => UsageCoding.Read(file)).Should().Throw<InvalidDataException>();
        }
    }

    [Fact]
    public void A_table_keeps_its_length_and_drops_the_future_before_the_past()
    {
        var table = new UsageTable(60, 60);
        var now = 1_800_000_000L - (1_800_000_000L % 60);
        table.Add(now + 86_400, new UsageSpan(60, 1, 1, 1, 1), now);
        for (var i = 0; i < 59; i++)
            table.Add(now - (60 * i), new UsageSpan(60, 1, 1, 1, 1), now);
        table.Add(now - (60 * 59), new UsageSpan(60, 1, 1, 1, 1), now);
        table.Steps.Should().HaveCount(60).And.OnlyContain(step => step.Start <= now);

        table.Add(now + 60, new UsageSpan(60, 1, 1, 1, 1), now + 60);
        table.Steps.Should().HaveCount(60).And.BeInAscendingOrder(step => step.Start);
        table.Steps[^1].Start.Should().Be((uint)(now + 60));
    }

    private static Dictionary<string, UsageSeries> Some(Random random)
    {
        var all = new Dictionary<string, UsageSeries>();
        for (var server = 0; server < random.Next(1, 4); server++)
        {
            var series = all[$"server-{server}"] = new UsageSeries();
            var at = 1_790_000_000L;
            for (var i = 0; i < random.Next(0, 400); i++)
            {
                at += random.Next(1, 4000);
                series.Add(at, new UsageSpan(random.Next(1, 120), random.NextDouble() * 100, random.NextInt64(1L << 36), random.NextInt64(1L << 34), random.NextInt64(1L << 34)), at);
            }
        }

        return all;
    }
}
