using System.Net;
using System.Net.Sockets;
using HomeCloud.Lab;
using HomeCloud.Lab.Checks;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Network.Native;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab.Sleeping;

/// <summary>What routers and phones send all day wakes nobody; each time a real call does afterwards, so that somebody listened.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class SleepTrafficScenarios(EmbeddedLab fixture) : IAsyncLifetime
{
    private const string Name = "snoozer";

    /// <summary>Between two questions of a scan: arp-scan and nmap take about as long.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    /// <summary>Longer than a device is watched that asks, and than a start takes to be seen.</summary>
    private static readonly TimeSpan Awhile = TimeSpan.FromSeconds(3);

    /// <summary>Of a device that never connects, until it is not listened to.</summary>
    private const int MostCalls = 10;

    private readonly HomeLab _lab = fixture.Lab;
    private readonly SleepSteps _steps = new(fixture.Lab.Server);
    private IPAddress _four = IPAddress.None;
    private IPAddress? _six;

    public async Task InitializeAsync()
    {
        await _lab.Server.Engine.RunBoxAsync(Name, "--label", "homecloud.sleep=30d");
        var addresses = await _lab.Server.Engine.AddressesAsync(Name);
        (_four, _six) = (addresses[0], addresses.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetworkV6));
        (await Poll.UntilAsync(async () => SleepSteps.Says(await _steps.ShowAsync(Name), "running"), SleepSteps.Patience)).Should().BeTrue();
        await _steps.SleepAsync(Name);
    }

    public Task DisposeAsync() => _lab.RemoveContainersAsync();

    [Fact(Timeout = 120_000)]
    public async Task A_routers_scan_of_the_whole_LAN_wakes_nobody()
    {
        using var router = await FrameSender.OnAsync(_lab.Router);
        for (var scan = 0; scan < 3; scan++)
        {
            for (var host = 1; host < 255; host++)
            {
                router.Arp(IPAddress.Parse(Lan.Router4), new IPAddress([192, 168, 1, (byte)host]));
                Thread.Sleep(Pace);
            }

            await SleepsOnAsync("a scan");
        }

        router.Arp(IPAddress.Parse(Lan.Router4), _four);
        await _steps.WakesAsync(Name, "one question is a call");
    }

    [Fact(Timeout = 120_000)]
    public async Task Probes_and_announcements_of_its_address_wake_nobody()
    {
        using var laptop = await FrameSender.OnAsync(_lab.Laptop);
        for (var i = 0; i < 3; i++)
        {
            laptop.Arp(IPAddress.Any, _four);
            laptop.Arp(_four, _four);
            laptop.Poll(IPAddress.Parse(Lan.Laptop4), _four, [2, 0, 0, 0, 0, 0xbb]);
            if (_six is not null)
                laptop.Solicit(IPAddress.IPv6Any, _six);
        }

        await SleepsOnAsync("probes (RFC 5227, RFC 4862) and gratuitous ARP");

        if (_six is null)
            laptop.Arp(IPAddress.Parse(Lan.Laptop4), _four);
        else
            laptop.Solicit(IPAddress.Parse(Lan.Laptop6), _six);
        await _steps.WakesAsync(Name, "a question with a sender is a call");
    }

    [Fact(Timeout = 180_000)]
    public async Task A_device_that_asks_again_and_again_and_never_connects_is_not_listened_to_any_more()
    {
        (await _lab.Server.Machine.RunAsync([Executables.Cli, "set", Name, "--sleep", "5s"])).OrFail();
        using var device = await FrameSender.OnAsync(_lab.Router);

        // Twice in vain is enough. What a server sends while it starts may look like a caller now and then, and then that is forgiven.
        var calls = 0;
        do
        {
            (await Poll.UntilAsync(async () => await _steps.IsAsleepAsync(Name) && !await _steps.RunningAsync(Name), SleepSteps.Patience)).Should().BeTrue("nobody came");
            device.Arp(IPAddress.Parse(Lan.Router4), _four);
        }
        while (await Poll.UntilAsync(() => _steps.RunningAsync(Name), Awhile) && ++calls < MostCalls);

        calls.Should().BeInRange(2, MostCalls - 1, await _steps.HistoryAsync(Name));
        (await _steps.IsAsleepAsync(Name)).Should().BeTrue();

        (await _lab.FetchAsync($"http://{_four}:8080/")).Should().Contain(Name, "other devices are heard");
    }

    [Fact(Timeout = 120_000)]
    public async Task Pings_to_all_wake_nobody_and_its_own_do()
    {
        Echo(IPAddress.Parse("192.168.1.255"));
        Echo(IPAddress.Parse("224.0.0.1"));
        Echo(IPAddress.Parse("255.255.255.255"));
        await SleepsOnAsync("broadcast and multicast");

        Echo(_four);
        await _steps.WakesAsync(Name, "a ping");
    }

    [Fact(Timeout = 120_000)]
    public async Task By_IPv6_alone_a_question_for_AAAA_and_a_packet_wake_it()
    {
        _six.Should().NotBeNull("the lab's network has IPv6");
        using var laptop = new LaptopTools(_lab);
        (await laptop.DigAsync("+short", "AAAA", $"@{Lan.Server6(0)}", Name + ".home")).Trim().Should().Be(_six!.ToString());
        await _steps.WakesAsync(Name, "AAAA");
        (await _steps.HistoryAsync(Name)).Should().Contain("AAAA query").And.Contain("fd77:");

        await _steps.SleepAsync(Name);
        (await _lab.FetchAsync($"http://[{_six}]:8080/")).Should().Contain(Name);
        (await _steps.HistoryAsync(Name)).Should().MatchRegex("\"(ND|TCP)\"");
    }

    /// <summary>A ping, RFC 792.</summary>
    private void Echo(IPAddress target)
    {
        using var socket = NetworkNamespace.Create(_lab.Laptop.Pid, () => new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp));
        socket.EnableBroadcast = true;
        socket.SendTo([8, 0, 0xf7, 0xff, 0, 0, 0, 0], new IPEndPoint(target, 0));
    }

    private async Task SleepsOnAsync(string why)
    {
        (await Poll.UntilAsync(() => _steps.RunningAsync(Name), Awhile)).Should().BeFalse("{0} wakes nobody: {1}", why, await _steps.HistoryAsync(Name));
        (await _steps.IsAsleepAsync(Name)).Should().BeTrue();
    }
}
