using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab.Year;

/// <summary>What befalls a home, each by itself; every one leaves the home as it was, or as it says.</summary>
internal sealed class YearHappenings(YearHome home, YearClient client, Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TimeSpan _wallIsWrongBy;
    private bool _redisAway;
    private bool _engineAway;
    private bool _diskFull;

    /// <summary>Each once in a round, in another order every time.</summary>
    public IReadOnlyList<(string Name, Func<Task> HappenAsync)> All =>
    [
        .. OfTheServer,
        ("Redis goes or comes back", RedisAsync),
        ("the engine goes or comes back", EngineAsync),
        ("the agent is killed and starts again", AgentAsync),
    ];

    /// <summary>Those that no other program has a part in.</summary>
    public IReadOnlyList<(string Name, Func<Task> HappenAsync)> OfTheServer =>
    [
        ("a night asleep", () => Now(() => home.Clocks.Suspend(TimeSpan.FromHours(random.Next(1, 12))))),
        ("the clock is set", () => Now(StepWall)),
        ("the router forgets connections", () => Now(home.Upstream.ForgetFlows)),
        ("networks come and go", ChurnInterfacesAsync),
        ("an address goes and comes back", ChurnAddressAsync),
        ("the certificate is renewed", RenewAsync),
        ("reload", home.HangUpAsync),
        ("the disk fills up or is freed", () => Now(Disk)),
    ];

    private static Task Now(Action happen)
    {
        happen();
        return Task.CompletedTask;
    }

    // Wrong by days, then right again: NTP that comes late, both ways.
    private void StepWall()
    {
        var by = _wallIsWrongBy == TimeSpan.Zero ? TimeSpan.FromMinutes(random.Next(-60 * 24 * 30, 60 * 24 * 30)) : -_wallIsWrongBy;
        _wallIsWrongBy += by;
        home.Clocks.SetWall(by);
    }

    private async Task ChurnInterfacesAsync()
    {
        for (var i = 0; i < 20; i++)
        {
            await home.IpAsync("link", "add", $"veth{i}", "type", "veth", "peer", "name", $"peer{i}");
            await home.IpAsync("addr", "add", $"10.77.{i}.1/24", "dev", $"veth{i}");
            await home.IpAsync("link", "set", $"veth{i}", "up");
            await home.IpAsync("link", "del", $"veth{i}");
        }
    }

    private async Task ChurnAddressAsync()
    {
        await home.IpAsync("addr", "del", $"{YearHome.SecondAddress}/24", "dev", YearHome.Interface);
        await home.IpAsync("addr", "add", $"{YearHome.SecondAddress}/24", "dev", YearHome.Interface);
        (await Poll.UntilAsync(async () => await client.AskUdpAsync(YearHome.FromHostsFile, YearHome.SecondAddress) is not null, Patience))
            .Should().BeTrue("an address that is back is served again");
    }

    private async Task RedisAsync()
    {
        if (!_redisAway)
        {
            _redisAway = true;
            await home.KillRedisAsync();
            return;
        }

        // A new name tells that the agent has put back what Redis lost, and a new name needs an engine.
        if (_engineAway)
            await EngineAsync();
        home.StartRedis();
        _redisAway = false;
        await GuestAsync();
    }

    private async Task EngineAsync()
    {
        _engineAway = !_engineAway;
        if (_engineAway)
        {
            await home.KillEngineAsync();
            return;
        }

        await home.StartEngineAsync();
        await GuestAsync();
    }

    private async Task AgentAsync()
    {
        await home.KillAgentAsync();
        home.StartAgent();
        await GuestAsync();
    }

    /// <summary>A container comes and goes, and its name with it: engine, agent, Redis and DNS server work together again.</summary>
    private async Task GuestAsync()
    {
        if (_engineAway || _redisAway)
            return;
        await home.Engine.RunBoxAsync("guest");
        var address = (await home.Engine.AddressesAsync("guest")).Single();
        (await Poll.UntilAsync(async () => address.Equals(await client.AskUdpAsync("guest.home")), Patience)).Should().BeTrue(home.LogTail());
        await home.Engine.DockerAsync(["rm", "--force", "guest"]);
        (await Poll.UntilAsync(async () => await client.AskUdpAsync("guest.home") is null, Patience)).Should().BeTrue(home.LogTail());
    }

    private async Task RenewAsync()
    {
        home.RenewCertificate();
        if (random.Next(2) == 0)
            await home.HangUpAsync();
        else
            home.Clocks.Live(TimeSpan.FromMinutes(1));
        (await Poll.UntilAsync(async () => await client.AskTlsAsync(YearHome.FromHostsFile) is not null && client.Thumbprint == home.Certificate.Thumbprint, Patience))
            .Should().BeTrue("the renewed certificate is served");
    }

    private void Disk()
    {
        if (_diskFull)
            home.FreeDisk();
        else
            home.FillDisk();
        _diskFull = !_diskFull;
    }

    /// <summary>Puts right what is wrong by a happening that comes in two halves.</summary>
    public async Task SettleAsync()
    {
        if (_redisAway)
            await RedisAsync();
        if (_engineAway)
            await EngineAsync();
        if (_diskFull)
            Disk();
        if (_wallIsWrongBy != TimeSpan.Zero)
            StepWall();
    }
}
