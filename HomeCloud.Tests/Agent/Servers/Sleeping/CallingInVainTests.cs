using System.Net;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Tests.Agent.Servers.Sleeping;

/// <summary>Devices that call and then do not use the server keep nobody awake; those that use it may call as often as they like.</summary>
public sealed class CallingInVainTests : IDisposable
{
    private const string Router = "192.168.7.1";

    private readonly SleepFixture _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_device_that_calls_every_minute_and_never_connects_keeps_nobody_awake()
    {
        await _home.SleepingAsync();
        var awake = TimeSpan.Zero;
        for (var minute = 0; minute < 8 * 60; minute++)
        {
            await _home.PacketAsync("192.168.7.20", Router);
            await _home.PassAsync(TimeSpan.FromMinutes(1));
            awake += _home["box"].IsUp ? TimeSpan.FromMinutes(1) : TimeSpan.Zero;
        }

        awake.TotalHours.Should().BeInRange(0.5, 2, "it is awake for a quarter of an hour each time, ever more rarely");
    }

    [Fact]
    public async Task A_device_that_waits_and_keeps_calling_is_let_through()
    {
        await _home.SleepingAsync();
        for (var i = 0; i < 2; i++)
        {
            await _home.PacketAsync("192.168.7.20", Router);
            await _home.PassAsync(SleepFixture.Awhile);
        }

        await _home.PacketAsync("192.168.7.20", Router);
        (await _home.AskAsync("box", Router)).Should().Contain("in vain");
        _home["box"].IsUp.Should().BeFalse("it called in vain twice");
        _home.Clock.Advance(TimeSpan.FromSeconds(1));
        await _home.PacketAsync("192.168.7.20", Router);
        _home["box"].IsUp.Should().BeFalse();
        _home.Clock.Advance(TimeSpan.FromSeconds(1));
        await _home.PacketAsync("192.168.7.20", Router);

        _home["box"].IsUp.Should().BeTrue("a third question within seconds is somebody who wants to connect");
    }

    [Fact]
    public async Task A_device_that_connects_may_call_again_and_again()
    {
        await _home.SleepingAsync();
        for (var i = 0; i < 5; i++)
        {
            (await _home.AskAsync("box")).Should().BeNull();
            _home.Engine.Use = _ => new UseReading(1, 0);
            await _home.PassAsync(TimeSpan.FromMinutes(1));
            _home.Engine.Use = _ => new UseReading(0, 0);
            await _home.PassAsync(SleepFixture.Awhile);
            _home["box"].Asleep.Should().NotBeNull();
        }
    }

    [Fact]
    public async Task Our_own_probes_of_its_ports_are_no_caller_and_no_use()
    {
        var packets = 0L;
        _home.Engine.Use = _ => new UseReading(0, packets);
        await _home.SleepingAsync();
        for (var i = 0; i < 2; i++)
        {
            packets = 28;
            (await _home.AskAsync("box")).Should().BeNull();
            _home.Traffic.Add(IPAddress.Parse("192.168.7.20"), 32);
            await _home.PassAsync(TimeSpan.FromMinutes(1));
            packets += 40;
            _home.Traffic.Add(IPAddress.Parse("192.168.7.20"), 40);
            await _home.PassAsync(SleepFixture.Awhile - TimeSpan.FromMinutes(1));
            _home["box"].Asleep.Should().NotBeNull();
        }

        (await _home.AskAsync("box")).Should().Contain("in vain");
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(8, 0)]
    public async Task A_device_that_asks_for_one_page_each_time_may_call_again_and_again(int packetsBeforeTheFirstLook, int packetsAfter)
    {
        var packets = 0L;
        _home.Engine.Use = _ => new UseReading(0, packets);
        await _home.SleepingAsync();
        for (var i = 0; i < 5; i++)
        {
            packets = packetsBeforeTheFirstLook;
            (await _home.AskAsync("box")).Should().BeNull();
            await _home.PassAsync(TimeSpan.FromSeconds(20));
            packets += packetsAfter;
            await _home.PassAsync(SleepFixture.Awhile);
            _home["box"].Asleep.Should().NotBeNull("a page is no use for long");
        }
    }

    [Fact]
    public async Task A_and_AAAA_of_one_try_are_one_call()
    {
        await _home.SleepingAsync();
        for (var i = 0; i < 2; i++)
        {
            await _home.AskAsync("box");
            await _home.PassAsync(SleepFixture.Awhile);
        }

        for (var tries = 0; tries < 2; tries++)
        {
            (await _home.AskAsync("box")).Should().Contain("in vain");
            (await _home.AskAsync("box")).Should().Contain("in vain", "its other address family");
            _home.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        (await _home.AskAsync("box")).Should().BeNull("a third try");
    }
}
