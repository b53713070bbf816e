using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Web.Health;
using HomeCloud.Net.Localization;
using HomeCloud.Registry.Journals;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Agent.Web.Dns;

namespace HomeCloud.Tests.Agent.Web.Health;

/// <summary>What the agent learns by itself is told within minutes, once, and its end too.</summary>
public sealed class AlarmWatchTests : IDisposable
{
    private readonly ModelRegistry _registry = new();
    private readonly AlarmHome _home;
    private bool _upstreamsAnswer = true;

    public AlarmWatchTests()
    {
        _home = Home("en");
        _home.Engine.Add(new ContainerFacts
        {
            Id = "a",
            Name = "airplay",
            Life = ContainerLife.Running,
            Endpoints = [new EndpointFacts("lan", "n-lan", [IPAddress.Parse("192.168.7.20")], []) { Mac = "02:00:00:00:00:01" }],
        });
    }

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Dead_upstreams_are_told_after_a_minute_and_their_return_too()
    {
        await _home.PassAsync(TimeSpan.FromMinutes(3));
        _upstreamsAnswer = false;
        await _home.PassAsync(TimeSpan.FromSeconds(40));
        _home.Sent().Should().BeEmpty("a moment is no news");
        await _home.PassAsync(TimeSpan.FromMinutes(10));
        _upstreamsAnswer = true;
        await _home.PassAsync(TimeSpan.FromMinutes(10));

        _home.Sent().Should().Equal(
            "HomeCloud: a problem|Upstream DNS servers: No upstream server answers: 9.9.9.9:53. Names outside of the home fail.",
            "HomeCloud: a problem has ended|Upstream DNS servers: works again.");
    }

    [Fact]
    public async Task The_page_shows_what_lasts_in_the_language_of_its_reader()
    {
        _upstreamsAnswer = false;
        await _home.PassAsync(TimeSpan.FromMinutes(3));

        var shown = HealthView.From(_home.Desk.State, HomeCloud.Agent.Web.AnswerLanguage.Texts("ja")).Alarms.Should().ContainSingle().Subject;
        shown.Should().Be(new AlarmView("upstreams", "上流の DNS サーバー", "上流サーバーが応答しません: 9.9.9.9:53。家の外の名前は解決できません。"));

        _upstreamsAnswer = true;
        await _home.PassAsync(TimeSpan.FromMinutes(3));
        HealthView.From(_home.Desk.State, Catalogue.English).Alarms.Should().BeEmpty();
    }

    [Fact]
    public async Task An_engine_that_is_away_and_an_address_that_another_device_took_are_told()
    {
        await _home.PassAsync(TimeSpan.FromMinutes(1));
        _home.Status.Update(status => status with { EngineProblem = "The engine is unreachable." });
        _home.Taken = IPAddress.Parse("192.168.7.20");
        await _home.PassAsync(TimeSpan.FromMinutes(12));

        _home.Sent().Should().BeEquivalentTo(
            "HomeCloud: a problem|Docker: The engine is unreachable.",
            "HomeCloud: a problem|Addresses: Another device answers for 192.168.7.20, the address of airplay.");
        _home.Watch.Told.Should().BeEquivalentTo("engine", "conflict");
    }

    [Fact]
    public async Task A_registry_that_is_away_and_a_disk_without_space_are_told_and_their_end_too()
    {
        var directory = _home.Servers.DataDirectory;
        _registry.Broken = true;
        // A file system that has no space, of any machine.
        _home.Servers.DataDirectory = "/proc";
        await _home.PassAsync(TimeSpan.FromMinutes(3));
        _home.Sent().Should().BeEquivalentTo("HomeCloud: a problem|Registry: model", "HomeCloud: a problem|Disk: The disk of /proc has 0 MiB left.");

        (_registry.Broken, _home.Servers.DataDirectory) = (false, directory);
        await _home.PassAsync(TimeSpan.FromMinutes(3));
        _home.Sent().Should().BeEquivalentTo("HomeCloud: a problem has ended|Registry: works again.", "HomeCloud: a problem has ended|Disk: works again.");
    }

    [Fact]
    public async Task What_comes_and_goes_is_not_told()
    {
        for (var i = 0; i < 20; i++)
        {
            _upstreamsAnswer = i % 2 == 0;
            await _home.PassAsync(TimeSpan.FromSeconds(40));
        }

        _home.Sent().Should().BeEmpty();
    }

    private AlarmHome Home(string language) => new(
        new KeptJournal("dns", null, () => new DnsStatisticsView { Upstreams = [new DnsUpstreamView("9.9.9.9:53", _upstreamsAnswer, null, "")] }).Line(), _registry, language);
}
