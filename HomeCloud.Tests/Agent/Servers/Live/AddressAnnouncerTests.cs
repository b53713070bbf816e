using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Agent.Servers.Engine;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Servers.Live;

/// <summary>When the LAN is told of a new owner of an address; AddressOwnerScenarios has it on a LAN.</summary>
public sealed class AddressAnnouncerTests : ILanVoice, IAsyncLifetime
{
    private const string First = "02:00:00:00:00:01";
    private const string Second = "02:00:00:00:00:02";
    private const string Unasked = "192.168.9.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeEngine _engine = new();
    private readonly ServersOptions _options = new();
    private readonly ManualClock _clock = new();
    private readonly ConcurrentQueue<string> _announced = new();
    private AddressAnnouncer? _announcer;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_announcer is null)
            return;
        await _announcer.StopAsync(default);
        _announcer.Dispose();
    }

    [Fact]
    public async Task A_new_owner_is_announced_once_and_what_ran_before_is_not()
    {
        _engine.Add(Container("old", "192.168.7.241", First));
        await StartAsync();

        _engine.Add(Container("new", "192.168.7.242", Second));
        _engine.Add(Container("new", "192.168.7.242", Second) with { ExitCode = 1 });

        await AnnouncedAsync($"192.168.7.242 {Second}");
    }

    [Fact]
    public async Task An_address_that_gets_another_MAC_is_announced_and_one_that_keeps_its_MAC_is_not()
    {
        _engine.Add(Container("old", "192.168.7.241", First));
        await StartAsync();

        _engine.Add(Container("old", "192.168.7.241", First) with { Life = ContainerLife.Exited });
        _engine.Add(Container("old", "192.168.7.241", First.ToUpperInvariant()));
        _engine.Add(Container("old", "192.168.7.241", First) with { Life = ContainerLife.Exited });
        _engine.Add(Container("next", "192.168.7.241", Second));

        await AnnouncedAsync($"192.168.7.241 {Second}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_announced_again_only_while_it_is_the_owner(bool stays)
    {
        await StartAsync();
        _engine.Add(Container("new", "192.168.7.242", Second));
        await AnnouncedAsync($"192.168.7.242 {Second}");
        if (!stays)
            _engine.Add(Container("new", "192.168.7.242", Second) with { Life = ContainerLife.Exited });
        _engine.Add(Container("last", "192.168.7.243", Second));
        await AnnouncedAsync($"192.168.7.242 {Second}", $"192.168.7.243 {Second}");

        (await Poll.UntilAsync(() => _clock.Armed == _announced.Count, Patience)).Should().BeTrue();
        _clock.Advance(TimeSpan.FromSeconds(2));

        await Poll.UntilAsync(() => Announced.Count(line => line.StartsWith("192.168.7.243", StringComparison.Ordinal)) == 2, Patience);
        await Poll.UntilAsync(() => Announced.Count() >= (stays ? 4 : 3), Patience);
        Announced.Count(line => line.StartsWith("192.168.7.242", StringComparison.Ordinal)).Should().Be(stays ? 2 : 1);
    }

    [Fact]
    public async Task Two_with_one_address_are_not_announced_in_turn()
    {
        await StartAsync();
        _engine.Add(Container("one", "192.168.7.241", First));
        await Poll.UntilAsync(() => Announced.Any(), Patience);

        _engine.Add(Container("two", "192.168.7.241", Second));
        _engine.Add(Container("last", "192.168.7.242", First));
        _engine.Add(Container("very-last", "192.168.7.243", First));

        await Poll.UntilAsync(() => Announced.Contains($"192.168.7.243 {First}"), Patience);
        Announced.Count(line => line.StartsWith("192.168.7.241", StringComparison.Ordinal)).Should().BeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task What_does_not_run_or_has_no_MAC_is_not_announced()
    {
        await StartAsync();

        _engine.Add(Container("created", "192.168.7.241", First) with { Life = ContainerLife.Created });
        _engine.Add(Container("ipvlan", "192.168.7.242", ""));
        _engine.Add(Container("last", "192.168.7.243", Second));

        await AnnouncedAsync($"192.168.7.243 {Second}");
    }

    [Fact]
    public async Task Nothing_is_sent_where_the_LAN_shall_not_be_asked()
    {
        _options.ProbeAddresses = false;
        _announcer = new AddressAnnouncer(_engine, this, _options, _clock, NullLogger<AddressAnnouncer>.Instance);
        await _announcer.StartAsync(default);

        (await Poll.UntilAsync(() => _announcer.ExecuteTask!.IsCompletedSuccessfully, Patience)).Should().BeTrue();
    }

    Task ILanVoice.AnnounceAsync(IPAddress address, string mac, CancellationToken cancellationToken)
    {
        _announced.Enqueue($"{address} {mac}");
        return Task.CompletedTask;
    }

    private static ContainerFacts Container(string name, string address, string mac) => new()
    {
        Id = name.PadRight(64, '0'),
        Name = name,
        Life = ContainerLife.Running,
        Endpoints = [new EndpointFacts("lan", "n-lan", [IPAddress.Parse(address)], []) { Mac = mac }],
    };

    /// <summary>Returns after its first look: a container that comes later is announced.</summary>
    private async Task StartAsync()
    {
        _announcer = new AddressAnnouncer(_engine, this, _options, _clock, NullLogger<AddressAnnouncer>.Instance);
        await _announcer.StartAsync(default);
        var first = 0;
        await Poll.UntilAsync(
            () =>
            {
                _engine.Add(Container($"first{first}", Unasked + ++first, First));
                return !_announced.IsEmpty;
            },
            Patience);
    }

    private async Task AnnouncedAsync(params string[] expected)
    {
        await Poll.UntilAsync(() => Announced.Count() >= expected.Length, Patience);
        Announced.Should().Equal(expected);
    }

    private IEnumerable<string> Announced => _announced.Where(line => !line.StartsWith(Unasked, StringComparison.Ordinal));
}
