using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>What readers and writers do while Redis is killed, emptied, hung or replaced.</summary>
[Trait("Category", "Slow")]
public sealed class RedisFaultTests : IAsyncLifetime, IDisposable
{
    private const int TestTimeout = 180_000;

    private readonly TemporaryDirectory _directory = new();
    private readonly List<IAsyncDisposable> _opened = [];
    private readonly CollectedLog<RedisRegistry> _log = new();
    private RedisServer _redis = null!;
    private int _files;

    public async Task InitializeAsync() => _redis = await TrackAsync(RedisServer.StartAsync());

    public async Task DisposeAsync()
    {
        foreach (var opened in Enumerable.Reverse(_opened))
            await opened.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = TestTimeout)]
    public async Task Readers_keep_their_names_while_redis_is_away_and_agents_put_them_back_into_an_empty_one_without_a_flap()
    {
        var agents = await Task.WhenAll(Enumerable.Range(0, 3).Select(StartAgentAsync));
        await agents[0].ApplyAsync(WellKnownOwners.Static, [RecordChange.Put(Record(WellKnownOwners.Static, "nas", "192.168.1.20"))]);
        var reader = Open();
        await reader.FollowUntilAsync(s => s.Records.Count == 31);
        using var probe = new FlapProbe(reader, 31);

        await _redis.KillAsync();
        await Deadline.UntilAsync(() => !reader.Health.Connected, "health says that Redis is away");
        reader.Health.Detail.Should().Contain(_redis.Address);
        reader.Current.Records.Should().HaveCount(31);
        await _redis.StartAsync();
        await Deadline.UntilAsync(() => reader.Health.Connected, "health says that Redis is back");

        await Deadline.UntilAsync(() => _redis.Cli("HLEN", "{homecloud}:names").Trim() == "31", "agents put everything back, names without an agent too");
        await agents[1].ReplaceAsync("agent1", [.. Many("agent1", 10), Record("agent1", "after", "10.9.9.9")]);
        await reader.FollowUntilAsync(s => s.Records.Count == 32);
        await probe.StopAsync();
        // Nothing is only remembered any more: what a new reader finds in Redis is what the old one believes.
        (await Open().FollowUntilAsync(s => s.Records.Count == 32)).Records.Should().BeEquivalentTo(reader.Current.Records);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_redis_emptied_under_running_connections_is_filled_again()
    {
        await StartAgentAsync(0);
        var reader = Open();
        await reader.FollowUntilAsync(s => s.Records.Count == 10);
        using var probe = new FlapProbe(reader, 10);
        _redis.Cli("FLUSHALL");
        await Deadline.UntilAsync(() => _redis.Cli("HLEN", "{homecloud}:names").Trim() == "10", "the agent put its records back");
        await probe.StopAsync();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task The_records_of_an_owner_that_does_not_come_back_still_answer_as_a_dead_owners()
    {
        var agent = await StartAgentAsync(0);
        var reader = Open(grace: TimeSpan.FromMilliseconds(500));
        await reader.FollowUntilAsync(s => s.Records.Count == 10);
        await agent.DisposeAsync();
        await _redis.KillAsync();
        await _redis.StartAsync();
        var dead = await reader.FollowUntilAsync(s => !s.IsAlive("agent0"));
        dead.Records.Should().HaveCount(10);

        await StartAgentAsync(0);
        (await reader.FollowUntilAsync(s => s.IsAlive("agent0"))).Records.Should().HaveCount(10);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_reader_that_starts_while_redis_is_away_answers_from_its_file()
    {
        await StartAgentAsync(0);
        var first = Open(file: "reader.json");
        await first.FollowUntilAsync(s => s.Records.Count == 10);
        await first.DisposeAsync();
        await _redis.KillAsync();

        var second = Open(file: "reader.json");
        second.Current.Records.Should().HaveCount(10);
        (await second.FollowUntilAsync(s => s.Records.Count == 10)).Should().NotBeNull();
        second.Health.Connected.Should().BeFalse();
        await _redis.StartAsync();
        using var probe = new FlapProbe(second, 10);
        await Deadline.UntilAsync(() => _redis.Cli("HLEN", "{homecloud}:names").Trim() == "10", "the agent put its records back");
        await probe.StopAsync();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_reader_whose_file_is_old_says_nothing_of_it_when_redis_answers()
    {
        var agent = Open();
        await agent.ReplaceAsync("a", [Record("a", "web")]);
        var first = Open(file: "reader.json");
        await first.FollowUntilAsync(s => s.Records.Count == 1);
        await first.DisposeAsync();
        await agent.ReplaceAsync("a", [Record("a", "web", "10.0.0.1")]);

        await using var updates = Open(file: "reader.json").WatchAsync(Deadline.Token).GetAsyncEnumerator();
        (await updates.MoveNextAsync()).Should().BeTrue();
        updates.Current.Snapshot.Records.Values.Single().Addresses.Should().ContainSingle("it was without an address in the file only");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_reader_that_remembers_nothing_denies_nothing_before_redis_answers()
    {
        await StartAgentAsync(0);
        await _redis.KillAsync();
        var reader = Open();
        await using var updates = reader.WatchAsync(Deadline.Token).GetAsyncEnumerator();
        var first = updates.MoveNextAsync().AsTask();
        await Deadline.UntilAsync(() => reader.Health.Detail.Contains("check that it runs", StringComparison.Ordinal), "it tried");
        first.IsCompleted.Should().BeFalse();
        await _redis.StartAsync();
        await first;
        updates.Current.IsSnapshot.Should().BeTrue();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_write_while_redis_is_away_fails_in_time_and_reaches_it_later_by_itself()
    {
        var agent = Open(timeout: TimeSpan.FromMilliseconds(300));
        await agent.ReplaceAsync("a", [Record("a", "old", "10.0.0.1")]);
        await _redis.KillAsync();
        var write = () => agent.ReplaceAsync("a", [Record("a", "new", "10.0.0.2")]);
        await write.Should().ThrowAsync<RegistryUnavailableException>();
        await _redis.StartAsync();
        (await Open().FollowUntilAsync(s => s.Records.Count == 1)).Records.Keys.Single().Name.Should().Be("new");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Of_two_agents_that_changed_a_static_name_the_last_one_has_its_way_when_redis_restarts_with_all_its_data()
    {
        _redis.Cli("CONFIG", "SET", "appendonly", "yes").Trim().Should().Be("OK");
        await Deadline.UntilAsync(() => _redis.Cli("INFO", "persistence").Contains("aof_rewrite_in_progress:0", StringComparison.Ordinal), "the log is begun");
        _redis.Cli("CONFIG", "SET", "appendfsync", "always").Trim().Should().Be("OK");
        var (first, last) = (await StartAgentAsync(0), await StartAgentAsync(1));
        await first.ApplyAsync(WellKnownOwners.Static, [RecordChange.Put(Record(WellKnownOwners.Static, "nas", "10.0.0.1")), RecordChange.Put(Record(WellKnownOwners.Static, "tv", "10.0.0.1"))]);
        await last.ApplyAsync(WellKnownOwners.Static, [RecordChange.Put(Record(WellKnownOwners.Static, "nas", "10.0.0.2")), RecordChange.Remove(new RecordKey(WellKnownOwners.Static, "tv"))]);
        await last.DisposeAsync();

        await _redis.KillAsync();
        await _redis.StartWithAsync("--appendonly", "yes");
        await first.ApplyAsync("agent0", [RecordChange.Put(Record("agent0", "after", "10.0.0.3"))]);

        var end = await Open().FollowUntilAsync(s => s.Records.ContainsKey(new RecordKey("agent0", "after")));
        end.Records[new RecordKey(WellKnownOwners.Static, "nas")].Addresses.Should().Equal(System.Net.IPAddress.Parse("10.0.0.2"));
        end.Records.Should().NotContainKey(new RecordKey(WellKnownOwners.Static, "tv"));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_hung_redis_is_noticed_and_followed_again()
    {
        var reader = Open(timeout: TimeSpan.FromMilliseconds(500));
        await Deadline.UntilAsync(() => reader.Health.Connected, "connected");
        _redis.Signal("STOP");
        await Deadline.UntilAsync(() => !reader.Health.Connected, "no answer within the timeout");
        _redis.Signal("CONT");
        await StartAgentAsync(0);
        await reader.FollowUntilAsync(s => s.Records.Count == 10);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_reader_far_behind_takes_a_snapshot()
    {
        var agent = await StartAgentAsync(0);
        var reader = Open();
        await reader.FollowUntilAsync(s => s.Records.Count == 10);
        _redis.Cli("CLIENT", "KILL", "TYPE", "pubsub");
        _redis.Cli("XTRIM", "{homecloud}:changes", "MAXLEN", "0");
        await agent.ReplaceAsync("agent0", [.. Many("agent0", 700)]);
        var end = await reader.FollowUntilAsync(s => s.Records.Count == 700);
        end.Records.Should().BeEquivalentTo(Many("agent0", 700).ToDictionary(record => record.Key));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_dead_owner_is_dropped_in_the_end()
    {
        var gone = Open();
        await gone.RenewLeaseAsync("gone", TimeSpan.FromMilliseconds(10));
        await gone.ReplaceAsync("gone", [.. Many("gone", 3)]);
        await gone.RenewLeaseAsync("gone", TimeSpan.FromMilliseconds(10));
        await gone.DisposeAsync();
        var living = Open(drop: TimeSpan.FromMilliseconds(100));
        await living.ReplaceAsync("living", [Record("living", "x", "10.0.0.1")]);
        await living.FollowUntilAsync(s => !s.IsAlive("gone"));
        await Deadline.UntilAsync(
            () =>
            {
                living.RenewLeaseAsync("living", TimeSpan.FromMinutes(1)).GetAwaiter().GetResult();
                return living.Current.Records.Count == 1;
            },
            "renewals clear up after the dead");
        _redis.Cli("HKEYS", "{homecloud}:names").Trim().Should().Be("x@living");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task What_somebody_broke_in_redis_is_left_out_and_said()
    {
        _redis.Cli("HSET", "{homecloud}:names", "bad@x", "{\"name\":");
        _redis.Cli("HSET", "{homecloud}:names", "worse@x", "{\"name\":\"W\",\"owner\":\"x\"}");
        await StartAgentAsync(0);
        await Open().FollowUntilAsync(s => s.Records.Count == 10);
        _log.Messages.Should().Contain(message => message.Contains("bad@x", StringComparison.Ordinal))
            .And.Contain(message => message.Contains("worse@x", StringComparison.Ordinal));
    }

    [Theory(Timeout = TestTimeout)]
    [InlineData("epoch")]
    [InlineData("tip")]
    [InlineData("revision")]
    [InlineData("term")]
    public async Task What_somebody_took_out_of_the_registrys_own_hash_begins_anew(string field)
    {
        var agent = await StartAgentAsync(0);
        var reader = Open();
        await reader.FollowUntilAsync(s => s.Records.Count == 10);
        using var probe = new FlapProbe(reader, 10);

        _redis.Cli("HDEL", "{homecloud}:meta", field);
        await agent.ReplaceAsync("agent0", [.. Many("agent0", 11)]);

        await reader.FollowUntilAsync(s => s.Records.Count == 11);
        await Open().FollowUntilAsync(s => s.Records.Count == 11);
        await probe.StopAsync();
    }

    private async Task<RedisRegistry> StartAgentAsync(int number)
    {
        var agent = Open();
        await agent.RenewLeaseAsync($"agent{number}", TimeSpan.FromMinutes(5));
        await agent.ReplaceAsync($"agent{number}", [.. Many($"agent{number}", 10)]);
        return agent;
    }

    private RedisRegistry Open(string? file = null, TimeSpan? grace = null, TimeSpan? timeout = null, TimeSpan? drop = null)
    {
        var registry = new RedisRegistry(
            new RegistryOptions
            {
                DataDirectory = _directory.Path,
                FileName = file ?? $"names.{Interlocked.Increment(ref _files)}.json",
                Redis = _redis.Address,
                RedisTimeout = timeout ?? TimeSpan.FromSeconds(5),
                RedisPollInterval = TimeSpan.FromMilliseconds(100),
                ReturnGrace = grace ?? TimeSpan.FromSeconds(20),
                DropAfter = drop ?? TimeSpan.FromDays(7),
            },
            _log);
        lock (_opened)
            _opened.Add(registry);
        return registry;
    }

    private async Task<RedisServer> TrackAsync(Task<RedisServer> starting)
    {
        var server = await starting;
        _opened.Add(server);
        return server;
    }
}
