using System.Collections.Immutable;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Figures;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Agent.Servers.Making;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Servers.Figures;

public sealed class UsageHistoryTests : IAsyncLifetime
{
    private const int Limit = 60_000;
    private const string Id = "8a1f0c9d2b7e";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly MakerFixture _home = new();
    private readonly ManualClock _clock = new();
    private UsageReading? _reading = new(0, 64 << 20, 1 << 30);
    private ServerDirectory _directory = null!;
    private UsageHistory _history = null!;

    private string File => Path.Combine(_home.Folder, "usage.bin");

    public async Task InitializeAsync()
    {
        _home.Engine.Usage = _ => _reading;
        _home.Engine.Add(new ContainerFacts
        {
            Id = Id,
            Name = "web",
            Image = "busybox",
            Life = ContainerLife.Running,
            StartedAt = DateTimeOffset.UnixEpoch,
            Labels = ImmutableDictionary<string, string>.Empty,
        });
        _directory = new ServerDirectory(
            _home.Engine, new OpenPorts(_home, TimeProvider.System), new LastWords(_home.Engine, TimeProvider.System), _home.Book, _home.History, new Feed(), _home.Options, _home.Registry, TimeProvider.System, NullLogger<ServerDirectory>.Instance);
        await _directory.StartAsync(CancellationToken.None);
        (await Poll.UntilAsync(() => _directory.Running.Count == 1, Patience)).Should().BeTrue();
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _history.StopAsync(CancellationToken.None);
        _history.Dispose();
        await _directory.StopAsync(CancellationToken.None);
        _directory.Dispose();
        _home.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Each_minute_is_a_step_of_what_was_used_in_it()
    {
        await MinuteAsync();
        await MinuteAsync(cpuSeconds: 15, memory: 100 << 20, received: 6_144_000, sent: 614_400);
        await MinuteAsync(cpuSeconds: 90);

        var view = _history.Figures("web", UsageRange.Hour)!;
        view.Steps.Should().HaveCount(2, "the first reading has nothing to be compared with");
        view.Steps[0].Should().Be(new UsageStepView(view.Steps[0].At, 60, 25, 100 << 20, 102_400, 10_240));
        (view.Steps[1].CpuPercent, view.Steps[1].ReceivedPerSecond).Should().Be((150, 0));
        (view.Steps[1].At - view.Steps[0].At, view.StepSeconds).Should().Be((60, 60));
        _history.Figures("web", UsageRange.Day)!.Steps.Sum(step => step.Seconds).Should().Be(120);
        _history.Figures("web", UsageRange.Week)!.Steps.Should().ContainSingle().Which.CpuPercent.Should().Be(87.5);
        _history.Figures("nobody", UsageRange.Hour)!.Steps.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_started_anew_or_a_machine_that_slept_leaves_a_gap_and_no_nonsense()
    {
        await MinuteAsync();
        await MinuteAsync(cpuSeconds: 30);
        _reading = _reading! with { CpuNanoseconds = 5, ReceivedBytes = 5 };
        await MinuteAsync();
        await MinuteAsync(cpuSeconds: 6);
        _clock.Advance(TimeSpan.FromHours(1));
        await ReadAsync();
        await MinuteAsync(cpuSeconds: 12);

        _history.Figures("web", UsageRange.Day)!.Steps.Sum(step => step.Seconds * step.CpuPercent).Should().BeApproximately(100 * (30 + 6 + 12), 1);
        var hour = _history.Figures("web", UsageRange.Hour)!;
        hour.Steps.Select(step => step.CpuPercent).Should().Equal(20);
    }

    [Fact(Timeout = Limit)]
    public async Task A_stop_loses_nothing_and_a_damaged_file_is_set_aside()
    {
        await MinuteAsync();
        await MinuteAsync(cpuSeconds: 15);
        System.IO.File.Exists(File).Should().BeFalse("it is written every ten minutes");
        await AgainAsync();

        _history.Figures("web", UsageRange.Hour)!.Steps.Should().ContainSingle().Which.CpuPercent.Should().Be(25);

        await _history.StopAsync(CancellationToken.None);
        await System.IO.File.WriteAllBytesAsync(File, [.. (await System.IO.File.ReadAllBytesAsync(File))[..^1], 0xFF]);
        await AgainAsync();

        _history.Figures("web", UsageRange.Hour)!.Steps.Should().BeEmpty();
        Directory.GetFiles(_home.Folder, "usage.bin.corrupt*").Should().ContainSingle();
    }

    /// <summary>A disk that fails: reading says so, and root may not help.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_file_that_cannot_be_read_stays_as_it_is_and_stops_nothing()
    {
        await _history.StopAsync(CancellationToken.None);
        System.IO.File.CreateSymbolicLink(File, "/proc/self/mem");
        await AgainAsync();
        for (var i = 0; i < 12; i++)
            await MinuteAsync(cpuSeconds: 6);

        _history.Figures("web", UsageRange.Hour)!.Steps.Should().HaveCount(11);
        await _history.StopAsync(CancellationToken.None);
        new FileInfo(File).LinkTarget.Should().Be("/proc/self/mem");
    }

    /// <summary>An engine that takes long to answer moves no minute.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_slow_engine_makes_neither_gaps_nor_double_minutes()
    {
        var reading = _home.Engine.Usage!;
        var slow = 0;
        _home.Engine.Usage = id =>
        {
            _clock.Advance(TimeSpan.FromSeconds(++slow % 2 == 0 ? 1 : 50));
            return reading(id);
        };
        await ToTheMinuteAsync();
        for (var i = 0; i < 9; i++)
            await ToTheMinuteAsync();

        var steps = _history.Figures("web", UsageRange.Hour)!.Steps;
        steps.Should().HaveCount(9);
        steps.Zip(steps.Skip(1)).Should().AllSatisfy(pair => (pair.Second.At - pair.First.At).Should().Be(60));
    }

    [Fact(Timeout = Limit)]
    public async Task It_is_written_every_ten_minutes_and_not_while_nothing_runs()
    {
        for (var i = 0; i < 9; i++)
            await MinuteAsync();
        System.IO.File.Exists(File).Should().BeFalse();
        await MinuteAsync();
        (await Poll.UntilAsync(() => System.IO.File.Exists(File), Patience)).Should().BeTrue();

        await WaitingAsync();
        System.IO.File.Delete(File);
        _reading = null;
        for (var i = 0; i < 21; i++)
            await MinuteAsync();
        await WaitingAsync();
        System.IO.File.Exists(File).Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_renamed_server_takes_its_figures_along()
    {
        await MinuteAsync();
        await MinuteAsync(cpuSeconds: 15);
        await _home.Engine.RenameAsync(Id, "site", CancellationToken.None);
        (await Poll.UntilAsync(() => _directory.Servers.ContainsKey("site"), Patience)).Should().BeTrue();
        await MinuteAsync(cpuSeconds: 30);

        _history.Figures("site", UsageRange.Hour)!.Steps.Select(step => step.CpuPercent).Should().Equal(25, 50);
        _history.Figures("web", UsageRange.Hour)!.Steps.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Switched_off_it_reads_nothing_and_keeps_nothing()
    {
        await MinuteAsync();
        await MinuteAsync();
        await _history.StopAsync(CancellationToken.None);
        System.IO.File.Exists(File).Should().BeTrue();
        _home.Options.UsageHistory = false;
        var readings = _home.Engine.UsageReadings;
        await AgainAsync();

        (await Poll.UntilAsync(() => !System.IO.File.Exists(File), Patience)).Should().BeTrue();
        _history.Figures("web", UsageRange.Hour).Should().BeNull();
        (_clock.Armed, _home.Engine.UsageReadings).Should().Be((0, readings));
    }

    private async Task MinuteAsync(double cpuSeconds = 0, long? memory = null, long received = 0, long sent = 0)
    {
        if (_reading is { } before)
        {
            _reading = before with
            {
                CpuNanoseconds = before.CpuNanoseconds + (ulong)(cpuSeconds * 1e9),
                MemoryBytes = memory ?? before.MemoryBytes,
                ReceivedBytes = before.ReceivedBytes + received,
                SentBytes = before.SentBytes + sent,
            };
        }

        await WaitingAsync();
        _clock.Advance(Minute);
        await ReadAsync();
    }

    private async Task ToTheMinuteAsync()
    {
        await WaitingAsync();
        _clock.Advance(_clock.NextIn!.Value);
        await ReadAsync();
    }

    private int _seen;

    private async Task ReadAsync()
    {
        (await Poll.UntilAsync(() => _home.Engine.UsageReadings > _seen, Patience)).Should().BeTrue();
        await WaitingAsync();
        _seen = _home.Engine.UsageReadings;
    }

    private async Task WaitingAsync() => (await Poll.UntilAsync(() => _clock.Armed == 1, Patience)).Should().BeTrue();

    private async Task StartAsync()
    {
        _history = new UsageHistory(_home.Options, new UsageReader(_home.Engine, _directory, _clock), _directory, _clock, NullLogger<UsageHistory>.Instance);
        await _history.StartAsync(CancellationToken.None);
        if (_home.Options.UsageHistory)
            await WaitingAsync();
    }

    private async Task AgainAsync()
    {
        await _history.StopAsync(CancellationToken.None);
        _history.Dispose();
        await StartAsync();
    }
}
