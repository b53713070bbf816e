using HomeCloud.Agent.Servers.Records;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Agent.Servers.Records;

public sealed class HistoryLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-history").FullName;

    private string LogPath => Path.Combine(_folder, "history.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_happened_is_there_after_a_restart_newest_first()
    {
        var log = new HistoryLog(LogPath, TimeProvider.System);
        log.Add(HistoryKind.Created, "airplay", "mo");
        log.Add(HistoryKind.Stopped, "airplay", "mo");
        log.Add(HistoryKind.Created, "other", "mo");

        new HistoryLog(LogPath, TimeProvider.System).Newest("airplay", 10).Select(l => l.Kind).Should()
            .Equal(HistoryKind.Stopped, HistoryKind.Created);
    }

    [Fact]
    public void A_line_torn_by_a_power_cut_costs_only_itself()
    {
        var log = new HistoryLog(LogPath, TimeProvider.System);
        log.Add(HistoryKind.Created, "a", "mo");
        File.AppendAllText(LogPath, """{"at":"2026-01-01T00""");
        log.Add(HistoryKind.Stopped, "a", "mo");

        new HistoryLog(LogPath, TimeProvider.System).Newest("a", 10).Should().HaveCount(2);
    }

    [Fact]
    public void A_full_file_is_rotated_and_still_read()
    {
        var log = new HistoryLog(LogPath, TimeProvider.System, maximumBytes: 1000);
        for (var i = 0; i < 30; i++)
            log.Add(HistoryKind.Started, $"s{i}", "mo");

        File.Exists(Path.Combine(_folder, "history.1.jsonl")).Should().BeTrue();
        new HistoryLog(LogPath, TimeProvider.System).Newest(null, 100).Should().HaveCount(30);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_clock_that_is_set_makes_neither_echoes_of_news_nor_news_of_echoes(int hours)
    {
        var clock = new ManualClock();
        var log = new HistoryLog(LogPath, clock);
        var echo = TimeSpan.FromSeconds(30);
        log.Add(HistoryKind.Stopped, "airplay", "mo");
        log.Expect(HistoryKind.Started, "airplay");
        clock.JumpWallClock(TimeSpan.FromHours(hours));
        log.WasJustDone(HistoryKind.Stopped, "airplay", echo).Should().BeTrue();
        log.WasJustDone(HistoryKind.Started, "airplay", echo).Should().BeTrue();

        clock.Advance(TimeSpan.FromSeconds(31));
        log.WasJustDone(HistoryKind.Stopped, "airplay", echo).Should().BeFalse();
        log.WasJustDone(HistoryKind.Started, "airplay", echo).Should().BeFalse();
    }
}
