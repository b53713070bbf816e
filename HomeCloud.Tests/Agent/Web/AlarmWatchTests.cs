using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Health;
using HomeCloud.Registry.Journals;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Agent.Servers.Engine;
using HomeCloud.Tests.Agent.Web.Dns;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>What the agent learns by itself is told within minutes, once, and its end too.</summary>
public sealed class AlarmWatchTests : INotifier, IAddressProbe, IDisposable
{
    private readonly ConcurrentQueue<string> _sent = new();
    private readonly ManualClock _clock = new();
    private readonly FakeEngine _engine = new();
    private readonly ModelRegistry _registry = new();
    private readonly AgentStatusSource _status = new();
    private readonly AlarmWatch _watch;
    private readonly ServersOptions _servers = new() { DataDirectory = Path.GetTempPath() };
    private bool _upstreamsAnswer = true;
    private IPAddress? _taken;

    public AlarmWatchTests()
    {
        var sources = new AlarmSources(
            _registry, new AddressConflicts(_engine, this, new ServersOptions()), _servers, _status,
            new KeptJournal("dns", null, () => new DnsStatisticsView { Upstreams = [new DnsUpstreamView("9.9.9.9:53", _upstreamsAnswer, null, "")] }));
        _watch = new AlarmWatch(sources, this, new WebOptions(), _clock, NullLogger<AlarmWatch>.Instance);
        _engine.Add(new ContainerFacts
        {
            Id = "a",
            Name = "airplay",
            Life = ContainerLife.Running,
            Endpoints = [new EndpointFacts("lan", "n-lan", [IPAddress.Parse("192.168.7.20")], []) { Mac = "02:00:00:00:00:01" }],
        });
    }

    public void Dispose() => _watch.Dispose();

    [Fact]
    public async Task Dead_upstreams_are_told_after_a_minute_and_their_return_too()
    {
        await PassAsync(TimeSpan.FromMinutes(3));
        _upstreamsAnswer = false;
        await PassAsync(TimeSpan.FromSeconds(40));
        _sent.Should().BeEmpty("a moment is no news");
        await PassAsync(TimeSpan.FromMinutes(10));
        _upstreamsAnswer = true;
        await PassAsync(TimeSpan.FromMinutes(10));

        _sent.Should().Equal(
            "HomeCloud: a problem|Upstream DNS servers: No upstream server answers: 9.9.9.9:53. Names outside of the home fail.",
            "HomeCloud: a problem has ended|Upstream DNS servers: works again.");
    }

    [Fact]
    public async Task An_engine_that_is_away_and_an_address_that_another_device_took_are_told()
    {
        await PassAsync(TimeSpan.FromMinutes(1));
        _status.Update(status => status with { EngineProblem = "The engine is unreachable." });
        _taken = IPAddress.Parse("192.168.7.20");
        await PassAsync(TimeSpan.FromMinutes(12));

        _sent.Should().BeEquivalentTo(
            "HomeCloud: a problem|Docker: The engine is unreachable.",
            "HomeCloud: a problem|Addresses: Another device answers for 192.168.7.20, the address of airplay.");
        _watch.Told.Should().BeEquivalentTo("engine", "conflict");
    }

    [Fact]
    public async Task A_registry_that_is_away_and_a_disk_without_space_are_told_and_their_end_too()
    {
        _registry.Broken = true;
        // A file system that has no space, of any machine.
        _servers.DataDirectory = "/proc";
        await PassAsync(TimeSpan.FromMinutes(3));
        _sent.Should().BeEquivalentTo("HomeCloud: a problem|Registry: model", "HomeCloud: a problem|Disk: The disk of /proc has 0 MiB left.");

        _sent.Clear();
        (_registry.Broken, _servers.DataDirectory) = (false, Path.GetTempPath());
        await PassAsync(TimeSpan.FromMinutes(3));
        _sent.Should().BeEquivalentTo("HomeCloud: a problem has ended|Registry: works again.", "HomeCloud: a problem has ended|Disk: works again.");
    }

    [Fact]
    public async Task What_comes_and_goes_is_not_told()
    {
        for (var i = 0; i < 20; i++)
        {
            _upstreamsAnswer = i % 2 == 0;
            await PassAsync(TimeSpan.FromSeconds(40));
        }

        _sent.Should().BeEmpty();
    }

    private async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(20))
        {
            _clock.Advance(TimeSpan.FromSeconds(20));
            await _watch.LookAsync(default);
        }
    }

    Task INotifier.SendAsync(string title, IReadOnlyList<string> lines)
    {
        _sent.Enqueue($"{title}|{string.Join(';', lines)}");
        return Task.CompletedTask;
    }

    Task<bool> IAddressProbe.IsAnsweringAsync(IPAddress address, IReadOnlySet<string> ours, CancellationToken cancellationToken) => Task.FromResult(address.Equals(_taken));

    IReadOnlySet<IPAddress> IAddressProbe.Remembered(IReadOnlySet<string> ours) => new HashSet<IPAddress>();
}
