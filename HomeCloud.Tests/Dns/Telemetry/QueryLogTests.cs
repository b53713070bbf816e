using System.Net;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Telemetry;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Dns.Telemetry.QueryLog;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Registry;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Telemetry;

public sealed class QueryLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-querylog-").FullName;

    private string LogPath => Path.Combine(_folder, "sub", "queries.log");

    [Theory]
    [InlineData(QueryLogPrivacy.Full, "192.168.1.30", "2026-01-31T18:00:00.123Z 192.168.1.30 udp www.mail.example.org. A NOERROR forwarded 1500")]
    [InlineData(QueryLogPrivacy.Network, "192.168.1.30", "2026-01-31T18:00:00.123Z 192.168.1.0/24 udp www.mail.example.org. A NOERROR forwarded 1500")]
    [InlineData(QueryLogPrivacy.Network, "2001:db8:1:2ff::1", "2026-01-31T18:00:00.123Z 2001:db8:1:200::/56 udp www.mail.example.org. A NOERROR forwarded 1500")]
    [InlineData(QueryLogPrivacy.Anonymous, "192.168.1.30", "2026-01-31T18:00:00.123Z - udp www.mail.example.org. A NOERROR forwarded 1500")]
    [InlineData(QueryLogPrivacy.Minimal, "192.168.1.30", "2026-01-31T18:00:00.123Z - udp example.org. A NOERROR forwarded 1500")]
    public void Privacy_decides_what_a_line_says(QueryLogPrivacy privacy, string client, string expected) =>
        QueryLogLine.Format(Record("www.mail.example.org.", client), privacy).Should().Be(expected);

    [Fact]
    public void A_hostile_name_cannot_forge_a_line()
    {
        var record = Record(".", "192.168.1.30");
        record.SetName([4, (byte)'a', (byte)'\n', (byte)' ', 200, 0]);

        QueryLogLine.Format(record, QueryLogPrivacy.Full).Split(' ').Should().HaveCount(8);
        QueryLogLine.Format(record, QueryLogPrivacy.Full).Should().NotContain("\n");
    }

    [Fact]
    public void A_full_file_is_rotated_and_only_so_many_are_kept()
    {
        using var file = new RotatingFile(LogPath, maxBytes: 20, keep: 2);
        foreach (var line in new[] { "first line here\n", "second line\n", "third line here\n", "fourth line\n" })
            file.Write(line);

        File.ReadAllText(LogPath).Should().Be("fourth line\n");
        File.ReadAllText(LogPath + ".1").Should().Be("third line here\n");
        File.ReadAllText(LogPath + ".2").Should().Be("second line\n");
        File.Exists(LogPath + ".3").Should().BeFalse();
    }

    [Fact]
    public void A_full_disk_is_an_error_to_the_write_and_none_to_closing()
    {
        using var file = new RotatingFile("/dev/full", 1000, 1);
        var write = () => file.Write("one\n");
        write.Should().Throw<IOException>();
        var close = file.Reopen;
        close.Should().NotThrow();
    }

    [Fact]
    public void A_file_that_was_moved_away_is_made_anew_after_reopening()
    {
        using var file = new RotatingFile(LogPath, 1000, 1);
        file.Write("one\n");
        File.Move(LogPath, LogPath + ".moved");
        file.Reopen();
        file.Write("two\n");

        File.ReadAllText(LogPath).Should().Be("two\n");
    }

    [Fact]
    public void What_the_ring_holds_reaches_the_file_and_losing_the_file_costs_no_answers()
    {
        using var observer = new QueryObserver();
        using var feed = new QueryFeed(observer, TimeProvider.System, NullLogger<QueryFeed>.Instance);
        using var writer = new QueryLogWriter(LogPath, QueryLogPrivacy.Full, 1_000_000, 1, NullLogger.Instance);
        feed.Attach(writer);
        observer.Ring!.TryWrite(Record("airplay.home.", "192.168.1.30"));
        feed.Drain();
        writer.Dispose();

        File.ReadAllLines(LogPath).Should().ContainSingle().Which.Should().Contain(" airplay.home. ");

        feed.Detach(writer);
        observer.Ring.Should().BeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_the_ring_holds_reaches_the_file_also_when_the_end_comes_before_the_feed_had_a_turn()
    {
        using var observer = new QueryObserver();
        using var feed = new QueryFeed(observer, TimeProvider.System, NullLogger<QueryFeed>.Instance);
        using var writer = new QueryLogWriter(LogPath, QueryLogPrivacy.Full, 1_000_000, 1, NullLogger.Instance);
        feed.Attach(writer);
        observer.Ring!.TryWrite(Record("airplay.home.", "192.168.1.30"));

        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        await feed.StartAsync(over.Token);
        await feed.StopAsync(CancellationToken.None);
        writer.Dispose();

        File.ReadAllLines(LogPath).Should().ContainSingle().Which.Should().Contain(" airplay.home. ");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pipe_that_nobody_reads_holds_nobody_up()
    {
        var pipe = Path.Combine(_folder, "pipe");
        (await HomeCloud.Lab.Processes.Command.RunAsync(["mkfifo", pipe])).OrFail();
        var log = new CollectedLog<QueryLogWriter>();
        var writer = new QueryLogWriter(pipe, QueryLogPrivacy.Full, 1, 1, log);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        // Opening blocks for ever, so that the batches that may wait are all there soon.
        while (log.Messages.IsEmpty)
        {
            deadline.Token.ThrowIfCancellationRequested();
            writer.Accept(Record("airplay.home.", "192.168.1.30"));
            writer.EndOfBatch();
        }

        log.Messages.Should().ContainSingle().Which.Should().Contain("lines are lost");
        using var reader = new StreamReader(pipe);
        (await reader.ReadLineAsync(deadline.Token)).Should().Contain(" airplay.home. ", "whoever reads at last gets what waited; and nothing is renamed");
        writer.Dispose();
        Directory.EnumerateFiles(_folder).Should().ContainSingle();
    }

    [Fact]
    public void One_sink_that_fails_takes_nothing_from_the_others()
    {
        using var observer = new QueryObserver();
        var log = new CollectedLog<QueryFeed>();
        using var feed = new QueryFeed(observer, TimeProvider.System, log);
        var writer = new QueryLogWriter(LogPath, QueryLogPrivacy.Full, 1_000_000, 1, NullLogger.Instance);
        feed.Attach(new Broken());
        feed.Attach(writer);
        observer.Ring!.TryWrite(Record("one.home.", "192.168.1.30"));
        observer.Ring!.TryWrite(Record("two.home.", "192.168.1.30"));
        feed.Drain();
        writer.Dispose();

        File.ReadAllLines(LogPath).Should().HaveCount(2);
        log.Messages.Should().ContainSingle();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static QueryRecord Record(string name, string client)
    {
        var record = new QueryRecord
        {
            Time = new DateTime(2026, 1, 31, 18, 0, 0, 123, DateTimeKind.Utc).Ticks,
            Client = ClientAddress.From(IPAddress.Parse(client)),
            Type = RecordType.A,
            Source = AnswerSource.Forwarded,
            Microseconds = 1500,
        };
        record.SetName(DnsName.Parse(name));
        return record;
    }

    private sealed class Broken : IQuerySink
    {
        public void Accept(in QueryRecord record) => throw new NotSupportedException("Stream does not support seeking.");

        public void EndOfBatch() => throw new NotSupportedException("Stream does not support seeking.");
    }
}
