using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Health;
using HomeCloud.Net.Localization;
using HomeCloud.Registry;
using HomeCloud.Registry.Journals;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Agent.Servers.Engine;
using HomeCloud.Tests.Registry;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Web.Health;

/// <summary>An agent's alarms on a clock of their own, and what they send.</summary>
internal sealed class AlarmHome : INotifier, IAddressProbe, IHealthExaminer, IDisposable
{
    private readonly ConcurrentQueue<string> _sent = new();
    private readonly ManualClock _clock = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly IJournalLine _line;
    private readonly IRegistry _registry;
    private readonly string _language;

    public AlarmHome(IJournalLine line, IRegistry registry, string language = "en")
    {
        (_line, _registry, _language) = (line, registry, language);
        Servers = new ServersOptions { DataDirectory = _directory.Path };
        Desk = new HealthDesk(this, new Feed(), _clock, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), NullLogger<HealthDesk>.Instance);
        Restart();
    }

    public FakeEngine Engine { get; } = new();

    public AgentStatusSource Status { get; } = new();

    public ServersOptions Servers { get; }

    public HealthDesk Desk { get; }

    public AlarmWatch Watch { get; private set; } = null!;

    public IPAddress? Taken { get; set; }

    int IHealthExaminer.Checks => 0;

    Phrase? IHealthExaminer.Note => null;

    /// <returns>What was sent since the last time.</returns>
    public IReadOnlyList<string> Sent()
    {
        string[] sent = [.. _sent];
        _sent.Clear();
        return sent;
    }

    /// <summary>The agent's memory is gone, its data directory is not.</summary>
    public void Restart()
    {
        Watch?.Dispose();
        var dns = new DnsServerWatch(_line, _registry, new DnsServerBook(Path.Combine(_directory.Path, "dns-servers")), _clock);
        var sources = new AlarmSources(_registry, new AddressConflicts(Engine, this, new ServersOptions()), Servers, dns, Status);
        Watch = new AlarmWatch(sources, Desk, this, new WebOptions { NotifyLanguage = _language }, _clock, NullLogger<AlarmWatch>.Instance);
    }

    public async Task PassAsync(TimeSpan time, TimeSpan? step = null)
    {
        var pause = step ?? TimeSpan.FromSeconds(20);
        for (var passed = TimeSpan.Zero; passed < time; passed += pause)
        {
            _clock.Advance(pause);
            await Watch.LookAsync(default);
        }
    }

    public void Dispose()
    {
        Watch.Dispose();
        _directory.Dispose();
    }

    Task INotifier.SendAsync(string title, IReadOnlyList<string> lines)
    {
        _sent.Enqueue($"{title}|{string.Join(';', lines)}");
        return Task.CompletedTask;
    }

    Task<bool> IAddressProbe.IsAnsweringAsync(IPAddress address, IReadOnlySet<string> ours, CancellationToken cancellationToken) => Task.FromResult(address.Equals(Taken));

    IReadOnlySet<IPAddress> IAddressProbe.Remembered(IReadOnlySet<string> ours) => new HashSet<IPAddress>();

    Task IHealthExaminer.RunAsync(Action<CheckResult> tell, CancellationToken cancellationToken) => Task.CompletedTask;
}
