using System.Diagnostics;
using HomeCloud.Registry;
using HomeCloud.Registry.Embedded;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Embedded;

public sealed class EmbeddedRegistryTests : IDisposable
{
    private const int TestTimeout = 120_000;

    private readonly TemporaryDirectory _directory = new();
    private readonly CollectedLog<EmbeddedRegistry> _log = new();

    private string NamesFile => _directory.File("names.json");

    public void Dispose() => _directory.Dispose();

    [Theory(Timeout = TestTimeout)]
    [InlineData("")]
    [InlineData("{\"schema\":1,\"records\":[{\"name\":\"a\"")]
    [InlineData("null")]
    [InlineData("not json at all")]
    [InlineData("{\"schema\":999,\"records\":[]}")]
    [InlineData("{\"records\":[]}")]
    public async Task A_file_that_cannot_be_understood_is_set_aside_and_the_start_goes_on(string content)
    {
        await File.WriteAllTextAsync(NamesFile, content);
        await using var registry = Open();

        registry.Current.Records.Should().BeEmpty();
        var aside = Directory.GetFiles(_directory.Path, "names.json.corrupt-*").Should().ContainSingle().Subject;
        (await File.ReadAllTextAsync(aside)).Should().Be(content);
        _log.Messages.Should().ContainSingle().Which.Should().Contain(NamesFile).And.Contain(aside);
        await registry.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);
        (await File.ReadAllTextAsync(NamesFile)).Should().Contain("\"x\"");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Every_truncation_of_a_file_is_set_aside_or_read_without_a_crash()
    {
        await using (var registry = Open())
            await registry.ReplaceAsync("a", [Full("a", "x")]);
        var whole = await File.ReadAllBytesAsync(NamesFile);
        for (var length = 0; length < whole.Length - 1; length++)
        {
            await File.WriteAllBytesAsync(NamesFile, whole[..length]);
            await using var registry = Open();
            if (length < whole.Length - 2)
                registry.Current.Records.Should().BeEmpty();
        }
    }

    [Fact(Timeout = TestTimeout)]
    public async Task One_bad_record_does_not_take_the_others_with_it()
    {
        await File.WriteAllTextAsync(NamesFile, """
            { "schema": 1, "revision": 7, "owners": [ null, {"owner": "b c"} ], "records": [
              {"name": "good", "owner": "a", "addresses": ["10.0.0.1"]},
              {"name": "BAD", "owner": "a"}, {"name": "bad", "owner": "a", "addresses": ["10.0.0.999"]}, null, {"owner": "a"},
              {"name": "odd", "owner": "a", "state": "exploded"} ] }
            """);
        await using var registry = Open();
        registry.Current.Records.Values.Should().ContainSingle().Which.Should().Be(
            Record("a", "good", "10.0.0.1") with { Since = default });
        registry.Current.Revision.Should().Be(7);
        _log.Messages.Should().HaveCount(5);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Followers_see_a_write_before_the_disk_has_it()
    {
        await using var registry = Open();
        var write = registry.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);
        registry.Current.Records.Should().HaveCount(1, "memory changed before the method first waited");
        await write;
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Median_latency_from_write_to_a_waiting_follower_is_below_a_millisecond()
    {
        await using var registry = Open();
        var taken = new List<double>();
        await using var updates = registry.WatchAsync(Deadline.Token).GetAsyncEnumerator();
        await updates.MoveNextAsync();
        for (var i = 0; i < 200; i++)
        {
            var waiting = Task.Run(async () =>
            {
                await updates.MoveNextAsync();
                return Stopwatch.GetTimestamp();
            });
            var start = Stopwatch.GetTimestamp();
            var write = registry.ReplaceAsync("a", [Record("a", "x", $"10.0.0.{i}")]);
            taken.Add(Stopwatch.GetElapsedTime(start, await waiting).TotalMilliseconds);
            await write;
        }

        taken.Order().ElementAt(100).Should().BeLessThan(1);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_disk_that_refuses_is_an_error_to_the_writer_and_none_to_readers_and_heals()
    {
        await using var registry = Open();
        // Where the temporary file goes there is a directory: works for root too, unlike permissions.
        var obstacle = Directory.CreateDirectory(NamesFile + ".tmp");
        var write = () => registry.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);
        (await write.Should().ThrowAsync<RegistryUnavailableException>()).WithMessage($"*{NamesFile}*free disk space*");
        registry.Current.Records.Should().HaveCount(1, "memory is still served");
        registry.Health.Connected.Should().BeFalse();
        registry.Health.Detail.Should().Contain(NamesFile);

        obstacle.Delete();
        await Deadline.UntilAsync(() => registry.Health.Connected, "the next try succeeds by itself");
        (await File.ReadAllTextAsync(NamesFile)).Should().Contain("10.0.0.1");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task An_owner_known_only_from_the_file_dies_and_is_dropped()
    {
        await using (var registry = Open())
            await registry.ReplaceAsync("old-agent", [Record("old-agent", "ghost", "10.0.0.1")]);
        await using (var registry = Open(claim: TimeSpan.FromMilliseconds(1), drop: TimeSpan.FromDays(7)))
        {
            await registry.ReplaceAsync("new-agent", [Record("new-agent", "ghost", "10.0.0.2")]);
            var dead = await registry.FollowUntilAsync(s => !s.IsAlive("old-agent"));
            dead.Records.Should().HaveCount(2);
            dead.IsAlive("new-agent").Should().BeTrue();
        }

        await using (var registry = Open(drop: TimeSpan.FromMilliseconds(1)))
            (await registry.FollowUntilAsync(s => s.Records.Count == 1)).Records.Keys.Single().Owner.Should().Be("new-agent");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_clock_that_steps_drops_nobody_and_the_time_seen_dead_counts_over_restarts()
    {
        var clock = new SteppingClock();
        await using (var registry = Open(clock: clock, claim: TimeSpan.FromSeconds(1)))
        {
            await registry.RenewLeaseAsync("gone", TimeSpan.FromSeconds(1));
            await registry.ReplaceAsync("gone", [Record("gone", "ghost", "10.0.0.1")]);
            clock.Pass(TimeSpan.FromMinutes(1));
            await registry.RenewLeaseAsync("living", TimeSpan.FromDays(100));
            registry.Current.IsAlive("gone").Should().BeFalse();
            clock.Step(TimeSpan.FromDays(365 * 50));
            await registry.RenewLeaseAsync("living", TimeSpan.FromDays(100));
            registry.Current.Records.Should().HaveCount(1, "it was seen dead for a minute only");
            clock.Pass(TimeSpan.FromDays(4));
        }

        clock.Step(TimeSpan.FromDays(-365 * 50));
        await using (var registry = Open(clock: clock))
        {
            clock.Pass(TimeSpan.FromDays(2));
            await registry.RenewLeaseAsync("living", TimeSpan.FromDays(100));
            registry.Current.Records.Should().HaveCount(1);
            clock.Pass(TimeSpan.FromDays(1.1));
            await registry.RenewLeaseAsync("living", TimeSpan.FromDays(100));
            registry.Current.Records.Should().BeEmpty("four days before and three after make a week");
        }
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_file_that_cannot_be_read_is_set_aside_and_not_written_over()
    {
        // Opens, and every read of it is an I/O error: for root too, unlike permissions.
        File.CreateSymbolicLink(NamesFile, "/proc/self/mem");
        await using var registry = Open();
        await registry.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);

        var aside = Directory.GetFiles(_directory.Path, "names.json.unreadable-*").Should().ContainSingle().Subject;
        new FileInfo(aside).LinkTarget.Should().Be("/proc/self/mem");
        (await File.ReadAllTextAsync(NamesFile)).Should().Contain("\"x\"");
        _log.Messages.Should().ContainSingle().Which.Should().Contain(NamesFile).And.Contain(aside).And.Contain("chown");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task One_that_cannot_be_set_aside_either_stays_as_it_is()
    {
        // With what is added when it is set aside, the name is too long.
        var name = new string('n', 240);
        File.CreateSymbolicLink(_directory.File(name), "/proc/self/mem");
        await using var registry = new EmbeddedRegistry(new RegistryOptions { DataDirectory = _directory.Path, FileName = name }, _log);
        var write = () => registry.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);

        await write.Should().ThrowAsync<RegistryUnavailableException>();
        registry.Current.Records.Should().HaveCount(1, "memory is still served");
        new FileInfo(_directory.File(name)).LinkTarget.Should().Be("/proc/self/mem");
        _log.Messages.Should().Contain(message => message.Contains("chown", StringComparison.Ordinal));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task The_file_is_made_for_people()
    {
        await using (var registry = Open())
            await registry.ReplaceAsync("server1", [Full("server1", "airplay"), Record("server1", "web", "192.168.1.51")]);
        var lines = await File.ReadAllLinesAsync(NamesFile);
        lines.Should().ContainSingle(line => line.Contains("\"web\"", StringComparison.Ordinal)).Which.Trim().Should().Be(
            """{"name":"web","owner":"server1","addresses":["192.168.1.51"],"since":"2026-05-01T12:00:00+00:00"}""");
        lines.Should().ContainSingle(line => line.Contains("it's paused", StringComparison.Ordinal));
    }

    private EmbeddedRegistry Open(TimeSpan? claim = null, TimeSpan? drop = null, TimeProvider? clock = null) => new(
        new RegistryOptions
        {
            DataDirectory = _directory.Path,
            ClaimAfterStart = claim ?? TimeSpan.FromMinutes(10),
            DropAfter = drop ?? TimeSpan.FromDays(7),
        },
        _log,
        clock);

    /// <summary>Time that passes, and a clock of the day that steps, when a test says so.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private DateTimeOffset _day = Since;
        private TimeSpan _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time)
        {
            _passed += time;
            _day += time;
        }

        public void Step(TimeSpan by) => _day += by;

        public override DateTimeOffset GetUtcNow() => _day;

        public override long GetTimestamp() => _passed.Ticks;
    }
}
