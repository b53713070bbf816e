using HomeCloud.Dns.Telemetry.History;
using HomeCloud.Lab.Processes;
using HomeCloud.Registry.Journals;

namespace HomeCloud.Tests.Dns.Telemetry.History;

public sealed class DnsHistoryTests : IDisposable
{
    private const int Limit = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ScriptedJournal _home = new();

    public void Dispose() => _home.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Every_minute_is_a_step_although_nobody_looks()
    {
        var history = await _home.StartAsync();
        foreach (var count in new[] { 3, 0, 5 })
        {
            _home.Ask("a.example.", times: count);
            await MinuteAsync();
        }

        var view = history.Figures(DnsRange.Hour);
        view.Steps.Select(step => step.Queries).Should().Equal(3, 0, 5);
        view.Steps.Should().AllSatisfy(step => step.Seconds.Should().Be(60));
        (view.Queries, view.Cached).Should().Be((8, 8));
        history.Figures(DnsRange.Week).Queries.Should().Be(8);
        await ScriptedJournal.StopAsync(history);
    }

    [Fact(Timeout = Limit)]
    public async Task Kinds_failures_and_times_are_told_apart()
    {
        var history = await _home.StartAsync();
        _home.Ask("nas.home.", source: "our zones");
        _home.Ask("b.example.", source: "forwarded", times: 2);
        _home.Ask("ads.example.", source: "blocked");
        _home.Ask("c.example.", answer: "SERVFAIL", source: "forwarded");
        await MinuteAsync();

        var step = history.Figures(DnsRange.Hour).Steps.Single();
        (step.Queries, step.Local, step.Cached, step.Forwarded, step.Blocked, step.Failed, step.Within).Should().Be((5, 1, 0, 2, 1, 1, 10));
        await ScriptedJournal.StopAsync(history);
    }

    [Fact(Timeout = Limit)]
    public async Task It_wakes_once_a_minute_and_writes_nothing_when_nothing_was_asked()
    {
        var history = await _home.StartAsync();
        _home.Ask("a.example.");
        await MinuteAsync();
        File.Delete(_home.FigureFile);
        _home.QueryFiles.ToList().ForEach(File.Delete);

        for (var i = 0; i < 5; i++)
        {
            _home.Clock.Armed.Should().Be(1);
            _home.Clock.NextIn.Should().Be(Minute);
            await MinuteAsync(expectFile: false);
        }

        File.Exists(_home.FigureFile).Should().BeFalse();
        _home.QueryFiles.Should().BeEmpty();
        await ScriptedJournal.StopAsync(history);
    }

    [Fact(Timeout = Limit)]
    public async Task A_stop_loses_nothing_and_the_time_without_an_agent_is_a_gap()
    {
        var history = await _home.StartAsync();
        _home.Ask("a.example.", times: 2);
        await MinuteAsync();
        // Half a minute that no tick has seen, and an idle one before it.
        await MinuteAsync(expectFile: false);
        _home.Ask("b.example.");
        _home.Clock.Advance(Minute / 2);
        await ScriptedJournal.StopAsync(history);

        _home.Clock.Advance(TimeSpan.FromMinutes(10));
        var again = await _home.StartAsync();
        _home.Ask("c.example.");
        _home.Clock.Advance(Minute / 2);

        var steps = again.Figures(DnsRange.Hour).Steps;
        steps.Select(step => (step.At % 3600 / 60, step.Seconds, step.Queries)).Should().Equal((0, 60, 2), (1, 60, 0), (2, 30, 1), (12, 30, 1));
        again.Queries(new QuerySearch(), 10, default)!.Select(query => query.Name).Should().Equal("c.example.", "b.example.", "a.example.", "a.example.");
        await ScriptedJournal.StopAsync(again);
    }

    [Fact(Timeout = Limit)]
    public async Task What_came_in_the_last_second_is_counted_too()
    {
        var history = await _home.StartAsync();
        _home.Ask("a.example.", times: 3);
        history.Dispose();

        var again = await _home.StartAsync();
        again.Figures(DnsRange.Hour).Queries.Should().Be(3);
        again.Queries(new QuerySearch(), 10, default).Should().HaveCount(3);
        await ScriptedJournal.StopAsync(again);
    }

    [Fact(Timeout = Limit)]
    public async Task A_kill_loses_the_last_minute_only()
    {
        var killed = await _home.StartAsync();
        _home.Ask("a.example.");
        await MinuteAsync();
        _home.Ask("lost.example.");
        _home.HandOver();
        _home.Clock.Advance(Minute / 2);
        // What is on the disk then is all that is there.
        var left = Directory.EnumerateFiles(_home.Kept).ToDictionary(path => path, File.ReadAllBytes);
        await ScriptedJournal.StopAsync(killed);
        Directory.Delete(_home.Kept, recursive: true);
        Directory.CreateDirectory(_home.Kept);
        foreach (var (path, content) in left)
            File.WriteAllBytes(path, content);

        var again = await _home.StartAsync();

        again.Figures(DnsRange.Hour).Queries.Should().Be(1);
        again.Queries(new QuerySearch(), 10, default)!.Select(query => query.Name).Should().Equal("a.example.");
        await ScriptedJournal.StopAsync(again);
    }

    [Theory(Timeout = Limit)]
    [InlineData("cut")]
    [InlineData("flipped")]
    [InlineData("empty")]
    [InlineData("newer")]
    [InlineData("huge")]
    public async Task Damaged_figures_are_set_aside_and_named(string how)
    {
        var history = await _home.StartAsync();
        _home.Ask("a.example.");
        await MinuteAsync();
        await ScriptedJournal.StopAsync(history);
        var file = File.ReadAllBytes(_home.FigureFile);
        File.WriteAllBytes(_home.FigureFile, how switch
        {
            "cut" => file[..(file.Length / 2)],
            "flipped" => [.. file[..30], (byte)(file[30] ^ 1), .. file[31..]],
            "newer" => [.. "homecloud-figures 2\n"u8, .. file[20..]],
            "huge" => new byte[3 << 20],
            _ => [],
        });

        var again = await _home.StartAsync();

        again.Figures(DnsRange.Hour).Queries.Should().Be(0);
        _home.Log.Messages.Should().ContainSingle().Which.Should().Contain("figures.bin").And.Contain("set aside");
        Directory.GetFiles(_home.Kept, "figures.bin.corrupt-*").Should().ContainSingle();
        _home.Ask("b.example.");
        await MinuteAsync();
        again.Figures(DnsRange.Hour).Queries.Should().Be(1);
        await ScriptedJournal.StopAsync(again);
    }

    /// <summary>A disk that fails: what is on it may still be saved by hand.</summary>
    [Fact(Timeout = Limit)]
    public async Task Figures_that_cannot_be_read_stay_as_they_are_and_stop_nothing()
    {
        Directory.CreateDirectory(_home.Kept);
        File.CreateSymbolicLink(_home.FigureFile, "/proc/self/mem");
        var history = await _home.StartAsync();
        _home.Ask("a.example.", times: 3);
        await MinuteAsync();

        history.Figures(DnsRange.Hour).Queries.Should().Be(3);
        await ScriptedJournal.StopAsync(history);
        new FileInfo(_home.FigureFile).LinkTarget.Should().Be("/proc/self/mem");
        _home.Log.Messages.Should().ContainSingle().Which.Should().Contain("figures.bin").And.Contain("cannot be read");
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_that_cannot_be_written_stops_nobody_and_is_told_once()
    {
        var history = await _home.StartAsync();
        File.WriteAllText(_home.Kept, "a file where the folder should be");
        for (var i = 0; i < 3; i++)
        {
            _home.Ask("a.example.");
            await MinuteAsync(expectFile: false);
        }

        _home.Log.Messages.Should().HaveCount(2).And.OnlyContain(line => line.Contains("cannot be written"));
        File.Delete(_home.Kept);
        await MinuteAsync();
        await ScriptedJournal.StopAsync(history);

        var again = await _home.StartAsync();
        again.Figures(DnsRange.Hour).Queries.Should().Be(3);
        again.Queries(new QuerySearch(), 10, default).Should().HaveCount(3);
        await ScriptedJournal.StopAsync(again);
    }

    [Theory(Timeout = Limit)]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_clock_that_is_set_leaves_the_past_as_it_was(int direction)
    {
        var history = await _home.StartAsync();
        _home.Ask("a.example.", times: 4);
        await MinuteAsync();
        _home.Clock.JumpWallClock(TimeSpan.FromMinutes(20 * direction));
        _home.Ask("b.example.", times: 2);
        _home.Clock.Advance(Minute);
        var view = history.Figures(DnsRange.Hour);
        view.Queries.Should().Be(direction > 0 ? 6 : 2, "what lies in the future is not shown");

        _home.Clock.JumpWallClock(TimeSpan.FromMinutes(-20 * direction));
        history.Figures(DnsRange.Hour).Queries.Should().Be(direction > 0 ? 4 : 6);
        await ScriptedJournal.StopAsync(history);
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_less_private_than_asked_for_goes_at_the_start()
    {
        var history = await _home.StartAsync();
        _home.Ask("a.example.");
        await ScriptedJournal.StopAsync(history);
        File.ReadAllText(_home.QueryFiles.Single()).Should().Contain("192.168.1.30");
        File.GetUnixFileMode(_home.QueryFiles.Single()).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        _home.Options.Level = DnsHistoryLevel.Anonymous;
        var anonymous = await _home.StartAsync();
        _home.QueryFiles.Should().BeEmpty();
        _home.Ask("b.example.");
        await ScriptedJournal.StopAsync(anonymous);
        File.ReadAllText(_home.QueryFiles.Single()).Should().Contain("b.example.").And.NotContain("192.168");

        _home.Options.Level = DnsHistoryLevel.Figures;
        var figures = await _home.StartAsync();
        _home.QueryFiles.Should().BeEmpty();
        _home.Ask("c.example.");
        figures.Queries(new QuerySearch(), 10, default).Should().BeNull();
        await ScriptedJournal.StopAsync(figures);
        _home.QueryFiles.Should().BeEmpty();
        File.Exists(_home.FigureFile).Should().BeTrue();

        _home.Options.Level = DnsHistoryLevel.Off;
        var off = await _home.StartAsync();
        _home.Ask("d.example.");
        await ScriptedJournal.StopAsync(off);
        Directory.GetFiles(_home.Kept).Should().BeEmpty();
    }

    /// <summary>The household lives on for a minute; returns when what came of it is kept.</summary>
    private async Task MinuteAsync(bool expectFile = true)
    {
        (await Poll.UntilAsync(() => _home.Clock.Armed == 1, Patience)).Should().BeTrue();
        _home.Clock.Advance(Minute);
        (await Poll.UntilAsync(() => _home.Clock.Armed == 1 && (!expectFile || File.Exists(_home.FigureFile)), Patience)).Should().BeTrue();
    }
}
