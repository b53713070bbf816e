using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Lab;
using HomeCloud.Lab.Checks;
using HomeCloud.Lab.Processes;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Sleeping;

/// <summary>A server falls asleep on a real engine and real macvlan, and a call wakes it: by name, by packet, over IPv4 and IPv6.</summary>
public abstract class SleepScenarios(LabFixture fixture, ITestOutputHelper output)
{
    private readonly HomeLab _lab = fixture.Lab;
    private readonly SleepSteps _steps = new(fixture.Lab.Server);

    [Fact(Timeout = 180_000)]
    public async Task A_server_falls_asleep_and_whoever_calls_it_wakes_it()
    {
        using var laptop = new LaptopTools(_lab);
        await _lab.Server.Engine.RunBoxAsync("dozy", "--label", "homecloud.sleep=6s");
        try
        {
            var addresses = await _lab.Server.Engine.AddressesAsync("dozy");
            var (four, six) = (addresses[0].ToString(), addresses.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetworkV6)?.ToString());

            await _lab.FetchAsync($"http://{four}:8080/");

            // While somebody is logged in it stays awake, however quiet; without that it sleeps.
            (await laptop.SshAsync("dozy.home", 22, "sleep 15; echo still here")).Should().Be("still here");
            await _steps.FallsAsleepAsync("dozy");
            (await _steps.RunningAsync("dozy")).Should().BeFalse();
            (await laptop.DigAsync("+short", "TXT", "dozy.home")).Should().Contain("state=asleep");
            (await laptop.DigAsync("+short", "+norecurse", "@192.168.1.2", "dozy.home")).Trim().Should().Be(four);
            (await laptop.DigAsync("+short", "-x", four)).Trim().Should().Be("dozy.home.");
            (await _steps.RunningAsync("dozy")).Should().BeFalse("these questions wake nobody");

            await WakesAsync("by name", () => laptop.SshAsync("dozy.home", 22, "hostname"), "dozy");
            await _steps.SleepAsync("dozy");
            await _lab.Laptop.RunAsync(["ip", "neigh", "flush", "all"]);
            await WakesAsync("by ARP", () => _lab.FetchAsync($"http://{four}:8080/"), "dozy");
            await _steps.SleepAsync("dozy");
            await WakesAsync("by TCP, its MAC remembered", () => _lab.FetchAsync($"http://{four}:8080/"), "dozy");
            if (six is not null)
            {
                await _steps.SleepAsync("dozy");
                await _lab.Laptop.RunAsync(["ip", "-6", "neigh", "flush", "all"]);
                await WakesAsync("by neighbour solicitation", () => _lab.FetchAsync($"http://[{six}]:8080/"), "dozy");
            }

            (await _lab.Server.Engine.AddressesAsync("dozy"))[0].ToString().Should().Be(four, "the engine gave it its address again each time");
        }
        finally
        {
            await _lab.RemoveContainersAsync();
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task A_command_inside_keeps_it_awake_and_the_agent_may_be_killed_while_it_sleeps()
    {
        using var laptop = new LaptopTools(_lab);
        await _lab.Server.Engine.RunBoxAsync("drowsy", "--label", "homecloud.sleep=5s");
        try
        {
            await _lab.Server.Engine.DockerAsync(["exec", "drowsy", "sleep", "12"]);
            (await _steps.RunningAsync("drowsy")).Should().BeTrue("a command ran inside");
            await _steps.FallsAsleepAsync("drowsy");

            await _lab.Server.Agent.EndAsync("KILL");
            await _lab.Server.Agent.StartAsync();
            (await Poll.UntilAsync(async () => (await laptop.DigAsync("+short", "TXT", "drowsy.home")).Contains("state=asleep", StringComparison.Ordinal), SleepSteps.Patience)).Should().BeTrue("it still sleeps");
            (await _steps.RunningAsync("drowsy")).Should().BeFalse();
            await WakesAsync("after a kill of the agent", () => laptop.SshAsync("drowsy.home", 22, "hostname"), "drowsy");
        }
        finally
        {
            await _lab.RemoveContainersAsync();
        }
    }

    [Theory(Timeout = 180_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_device_waits_for_a_server_that_takes_longer_to_start_than_a_device_asks(bool byIPv6)
    {
        await _lab.Server.Engine.RunBoxAsync("slowpoke", "--label", "homecloud.sleep=30d");
        try
        {
            var address = (await _lab.Server.Engine.AddressesAsync("slowpoke")).First(found => found.AddressFamily == (byIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork));
            await _lab.FetchAsync(Url(address));
            await _steps.SleepAsync("slowpoke");
            await _lab.Laptop.RunAsync(["ip", byIPv6 ? "-6" : "-4", "neigh", "flush", "all"]);

            // Once: "No route to host" would be the end of it. The engine goes on only when the device has got an answer.
            await _lab.Server.Engine.Daemon.SignalAsync("STOP");
            var call = _lab.Laptop.RunAsync(["curl", "--silent", "--show-error", "--max-time", "90", Url(address)]);
            var answered = await Poll.UntilAsync(async () => (await _lab.Laptop.RunAsync(["ip", "neigh", "show", address.ToString()])).Output.Contains("lladdr", StringComparison.Ordinal), SleepSteps.Patience);
            await _lab.Server.Engine.Daemon.SignalAsync("CONT");

            answered.Should().BeTrue("the agent answers in its place");
            var result = await call;
            (result.Succeeded || result.Error.Contains("refused", StringComparison.OrdinalIgnoreCase)).Should().BeTrue($"it gets through, if only before the server listens: {result.Error}");
            (result.Succeeded ? result.Output : await _lab.FetchAsync(Url(address))).Should().Contain("slowpoke");
        }
        finally
        {
            await _lab.Server.Engine.Daemon.SignalAsync("CONT");
            await _lab.RemoveContainersAsync();
        }
    }

    private static string Url(IPAddress address) => $"http://{new IPEndPoint(address, 8080)}/";

    private async Task WakesAsync(string how, Func<Task<string>> call, string expected)
    {
        var began = Stopwatch.GetTimestamp();
        (await call()).Should().Contain(expected);
        output.WriteLine($"measured: woken {how}, first answer after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.00} s");
    }
}
