using System.Net;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>Calls for sleeping servers between processes, over a real Redis.</summary>
[Trait("Category", "Slow")]
public sealed class RedisWakeLineTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task The_agent_whose_server_it_is_hears_the_call_and_no_other_and_the_caller_hears_what_came_of_it()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var dns = Open(redis, "dns");
        await using var mine = Open(redis, "mine");
        await using var other = Open(redis, "other");
        var heard = 0;
        mine.Answer("server1", call =>
        {
            Interlocked.Increment(ref heard);
            return Task.FromResult(call.Name == "broken" ? "it is broken" : null);
        });
        other.Answer("server2", _ => throw new InvalidOperationException("not its server"));
        await Deadline.UntilAsync(() => dns.Health.Connected && mine.Health.Connected && other.Health.Connected, "all are connected");

        (await dns.CallAsync(Call("airplay"), CancellationToken.None)).Should().BeNull();
        (await dns.CallAsync(Call("broken"), CancellationToken.None)).Should().Be("it is broken");
        (await mine.CallAsync(Call("airplay"), CancellationToken.None)).Should().BeNull("its own calls need no Redis");
        heard.Should().Be(3);

        foreach (var nonsense in new[] { "", "{", "[]", """{"call":"x"}""", """{"call":"x","owner":"server1","name":"..","client":"1.2.3.4"}""", """{"call":"x","owner":"server1","name":"a","client":"1.2"}""", """{"ended":"x","problem":{}}""", new string('x', 100_000) })
            redis.Cli("PUBLISH", "{homecloud}:calls", nonsense);
        (await dns.CallAsync(Call("airplay"), CancellationToken.None)).Should().BeNull();
        heard.Should().Be(4);
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_Redis_the_caller_is_told_at_once()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var dns = Open(redis, "dns");
        await Deadline.UntilAsync(() => dns.Health.Connected, "it is connected");
        await redis.KillAsync();
        await Deadline.UntilAsync(() => !dns.Health.Connected, "it is not connected");

        (await dns.CallAsync(Call("airplay"), CancellationToken.None)).Should().Contain("Redis");
    }

    private RedisRegistry Open(RedisServer redis, string file) => new(
        new RegistryOptions { Redis = redis.Address, RedisPollInterval = TimeSpan.FromMilliseconds(100), DataDirectory = _directory.Path, FileName = file + ".json" },
        new CollectedLog<RedisRegistry>());

    private static WakeCall Call(string name) => new("server1", name, IPAddress.Parse("192.168.1.7"), "A");
}
