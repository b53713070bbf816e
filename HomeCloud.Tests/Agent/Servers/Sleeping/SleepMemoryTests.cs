using HomeCloud.Tests.Dns;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Agent.Servers.Sleeping;

[Collection(AloneCollection.Name)]
public sealed class SleepMemoryTests(ITestOutputHelper output) : IDisposable
{
    private const int Servers = 100;
    private readonly SleepFixture _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_hundred_servers_asleep_cost_less_than_a_mebibyte()
    {
        for (var i = 0; i < Servers; i++)
            _home.Run($"box{i}-", "15m", $"192.168.7.{20 + i}");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await _home.PassAsync(SleepFixture.Awhile);

        _home.Book.Sleepers.Should().HaveCount(Servers);
        var cost = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"measured: {cost / Servers} octets a server asleep");
        cost.Should().BeLessThan(1 << 20);
    }
}
