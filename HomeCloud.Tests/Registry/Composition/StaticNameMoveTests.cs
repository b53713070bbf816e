using HomeCloud.Registry;
using HomeCloud.Registry.Composition;
using HomeCloud.Registry.Embedded;
using HomeCloud.Registry.Redis;
using HomeCloud.Tests.Registry.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Composition;

/// <summary>A home that gets a Redis, or gives it up, keeps the names that people added.</summary>
[Trait("Category", "Slow")]
public sealed class StaticNameMoveTests : IAsyncLifetime, IDisposable
{
    private const int TestTimeout = 120_000;

    private readonly TemporaryDirectory _directory = new();
    private RedisServer _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = TestTimeout)]
    public async Task They_go_to_Redis_where_what_is_there_already_stays()
    {
        await using (var embedded = Embedded())
        {
            await embedded.ApplyAsync(WellKnownOwners.Static, [Put("nas", "192.168.1.20"), Put("printer", "192.168.1.21")]);
            await embedded.ApplyAsync("agent0", [RecordChange.Put(Record("agent0", "airplay", "192.168.1.200"))]);
        }

        var move = Move(redis: true);
        await using var redis = Redis();
        await redis.ApplyAsync(WellKnownOwners.Static, [Put("printer", "192.168.1.99")]);
        await redis.FollowUntilAsync(snapshot => snapshot.Records.Count == 1);
        await RunAsync(move!, redis);

        (await redis.FollowUntilAsync(snapshot => snapshot.Records.Count == 2)).Records.Values.Select(record => $"{record.Owner} {record.Name} {record.Addresses[0]}").Should().BeEquivalentTo("static nas 192.168.1.20", "static printer 192.168.1.99");
        File.Exists(_directory.File("names.json.moved")).Should().BeTrue();
        Move(redis: true).Should().BeNull("it is done once");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task They_come_back_from_Redis_and_what_was_removed_stays_removed()
    {
        await using (var redis = Redis())
        {
            await redis.ApplyAsync(WellKnownOwners.Static, [Put("nas", "192.168.1.20"), Put("printer", "192.168.1.21")]);

            // What Redis has acknowledged is in the file once Redis has sent it back.
            await redis.FollowUntilAsync(snapshot => snapshot.Records.Count == 2);
        }

        var move = Move(redis: false);
        await using (var embedded = Embedded())
        {
            await RunAsync(move!, embedded);
            embedded.Current.Records.Keys.Select(key => key.Name).Should().BeEquivalentTo("nas", "printer");
            await embedded.ApplyAsync(WellKnownOwners.Static, [RecordChange.Remove(new RecordKey(WellKnownOwners.Static, "nas"))]);
        }

        Move(redis: false).Should().BeNull();
        await using var again = Embedded();
        again.Current.Records.Keys.Select(key => key.Name).Should().BeEquivalentTo("printer");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task They_wait_for_a_Redis_that_is_away_and_survive_a_kill_meanwhile()
    {
        await using (var embedded = Embedded())
            await embedded.ApplyAsync(WellKnownOwners.Static, [Put("nas", "192.168.1.20")]);
        await _redis.KillAsync();
        Move(redis: true).Should().NotBeNull();
        // The registry's own file is there, and the process is killed before it could move anything.
        await File.WriteAllTextAsync(_directory.File(RedisRegistry.DefaultFileName), """{"schema": 1, "revision": 0, "records": []}""");

        var move = Move(redis: true);
        await using var redis = Redis();
        var running = RunAsync(move!, redis);
        await Deadline.UntilAsync(() => !redis.Health.Connected, "Redis is away");
        running.IsCompleted.Should().BeFalse();
        await _redis.StartAsync();

        await running;
        (await redis.FollowUntilAsync(snapshot => snapshot.Records.Count == 1)).Records.Keys.Select(key => key.Name).Should().BeEquivalentTo("nas");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task They_are_there_when_the_home_goes_back_before_Redis_ever_answered()
    {
        await using (var embedded = Embedded())
            await embedded.ApplyAsync(WellKnownOwners.Static, [Put("nas", "192.168.1.20")]);
        Move(redis: true).Should().NotBeNull();

        Move(redis: false).Should().BeNull();
        await using var again = Embedded();
        again.Current.Records.Keys.Select(key => key.Name).Should().BeEquivalentTo("nas");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_file_that_cannot_be_read_is_set_aside_and_stops_nothing()
    {
        await File.WriteAllTextAsync(_directory.File("names.json"), "{\"schema\": 1, \"rec");

        await using var redis = Redis();
        await RunAsync(Move(redis: true)!, redis);

        Directory.GetFiles(_directory.Path, "names.json.moving.corrupt-*").Should().ContainSingle();
    }

    private static RecordChange Put(string name, string address) => RecordChange.Put(Record(WellKnownOwners.Static, name, address));

    private static async Task RunAsync(Func<IRegistry, StaticNameMove> move, IRegistry registry)
    {
        using var service = move(registry);
        await service.StartAsync(CancellationToken.None);
        await service.ExecuteTask!.WaitAsync(TimeSpan.FromMilliseconds(TestTimeout));
    }

    private Func<IRegistry, StaticNameMove>? Move(bool redis) =>
        StaticNameMove.Find(Options(redis)) is { } move ? registry => move(registry, TimeProvider.System, NullLogger<StaticNameMove>.Instance) : null;

    private RegistryOptions Options(bool redis) => new() { DataDirectory = _directory.Path, Redis = redis ? _redis.Address : null };

    private EmbeddedRegistry Embedded() => new(Options(redis: false), NullLogger<EmbeddedRegistry>.Instance);

    private RedisRegistry Redis() => new(Options(redis: true), NullLogger<RedisRegistry>.Instance);
}
