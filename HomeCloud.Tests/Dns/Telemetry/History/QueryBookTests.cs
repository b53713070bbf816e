using HomeCloud.Dns.Telemetry.History;
using HomeCloud.Registry.Journals;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Registry;

namespace HomeCloud.Tests.Dns.Telemetry.History;

public sealed class QueryBookTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("hc-queries").FullName;
    private readonly CollectedLog<QueryBook> _log = new();
    private readonly DnsHistoryOptions _options = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Queries_are_found_by_name_client_answer_and_source_newest_first()
    {
        var book = Book();
        Add(book, "www.Example.com.", client: "192.168.1.30");
        Add(book, "nas.home.", client: "192.168.1.3", source: "our zones");
        book.Flush();
        Add(book, "no.example.org.", client: "fd00::7", answer: "NXDOMAIN", source: "forwarded");
        Add(book, "bad.example.org.", client: "fd00::7", answer: "SERVFAIL", source: "forwarded");

        string[] Find(QuerySearch search) => [.. book.Search(search, 10, default).Select(query => query.Name)];
        Find(new QuerySearch()).Should().Equal("bad.example.org.", "no.example.org.", "nas.home.", "www.example.com.");
        Find(new QuerySearch("EXAMPLE.c")).Should().Equal("www.example.com.");
        Find(new QuerySearch("192.168.1.3")).Should().Equal("nas.home.", "www.example.com.");
        Find(new QuerySearch(Client: "192.168.1.3")).Should().Equal("nas.home.");
        Find(new QuerySearch(Client: "FD00::7", Answer: "nxdomain")).Should().Equal("no.example.org.");
        Find(new QuerySearch(Answer: "failed")).Should().Equal("bad.example.org.");
        Find(new QuerySearch(Source: "our zones")).Should().Equal("nas.home.");
        book.Search(new QuerySearch(), 2, default).Should().HaveCount(2);
        var whole = book.Search(new QuerySearch("no.example"), 1, default).Single();
        whole.Should().Be(new DnsQueryView(whole.At, "fd00::7", "no.example.org.", "AAAA", "NXDOMAIN", "forwarded", 12.3));
    }

    [Fact]
    public void Pages_go_on_where_the_last_one_ended()
    {
        var book = Book();
        for (var i = 0; i < 5; i++)
        {
            Add(book, $"n{i}.example.");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        var first = book.Search(new QuerySearch(), 2, default);
        book.Search(new QuerySearch(Before: first[^1].At), 2, default).Select(query => query.Name).Should().Equal("n2.example.", "n1.example.");
    }

    [Fact]
    public void What_is_older_than_the_hours_is_neither_shown_nor_kept()
    {
        _options.Hours = 2;
        var book = Book();
        for (var hour = 0; hour < 6; hour++)
        {
            Add(book, $"h{hour}.example.");
            book.Flush();
            _clock.Advance(TimeSpan.FromMinutes(61));
        }

        book.Search(new QuerySearch(), 10, default).Select(query => query.Name).Should().Equal("h5.example.");
        book.Flush();
        Files().Should().ContainSingle();
        _clock.Advance(TimeSpan.FromHours(3));
        book.Flush();
        Files().Should().BeEmpty("nothing need be asked for it to go");
    }

    [Fact]
    public void Disk_and_memory_are_bounded_in_a_flood_and_the_newest_stay()
    {
        _options.MaxBytes = 1 << 20;
        var book = Book();
        for (var minute = 0; minute < 60; minute++)
        {
            for (var i = 0; i < 2000; i++)
                Add(book, $"{minute}-{i}.{new string('x', 50)}.example.");
            book.Flush();
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Files().Sum(file => new FileInfo(file).Length).Should().BeInRange(1 << 19, 1 << 20);
        Files().Length.Should().BeLessThan(20);
        book.LeftOut.Should().BePositive();
        book.Search(new QuerySearch(), 1, default).Single().Name.Should().StartWith("59-");
        book.Search(new QuerySearch("0-1."), 1000, default).Should().NotContain(query => query.Name.StartsWith("0-1.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_damaged_file_is_named_once_and_its_good_lines_are_found()
    {
        var book = Book();
        Add(book, "first.example.");
        Add(book, "second.example.");
        book.Flush();
        var file = Files().Single();
        var lines = File.ReadAllLines(file);
        // A piece of zeros as after a power cut, garbage longer than any line, a line that lacks its end.
        File.WriteAllText(file, $"{lines[0]}\n{new string('\0', 300)}\nnot\ta\tquery\n{new string('g', 200_000)}\n{lines[1]}\n{lines[0][..20]}");

        var again = Book();
        Names(again).Should().Equal("second.example.", "first.example.");
        Names(again).Should().HaveCount(2);
        _log.Messages.Should().ContainSingle().Which.Should().Contain(file).And.Contain("damaged");

        Add(again, "third.example.");
        again.Flush();
        Names(again).Should().Equal("third.example.", "second.example.", "first.example.");
    }

    [Fact]
    public void A_hostile_name_stays_on_its_line()
    {
        var book = Book();
        Add(book, "a\tb\nc\r.example.", client: "1\t2");
        book.Flush();
        Add(book, "next.example.");

        book.Search(new QuerySearch(), 10, default).Select(query => (query.Name, query.Client)).Should().Equal(("next.example.", "192.168.1.30"), ("a b c .example.", "1 2"));
    }

    [Fact]
    public void Long_files_are_read_in_blocks_from_their_end()
    {
        var book = Book();
        for (var i = 0; i < 5000; i++)
            Add(book, $"{i:00000}.{new string('y', i % 60)}.example.");
        book.Flush();

        Names(book, 5000).Select(name => name[..5]).Should().Equal(Enumerable.Range(0, 5000).Reverse().Select(i => $"{i:00000}"));
    }

    [Fact]
    public void A_clock_that_is_behind_removes_nothing()
    {
        var book = Book();
        Add(book, "a.example.");
        book.Flush();
        _clock.JumpWallClock(TimeSpan.FromDays(-400));
        var early = Book();
        Add(early, "b.example.");
        early.Flush();
        Names(early).Should().Equal("b.example.");
        _clock.JumpWallClock(TimeSpan.FromDays(400));

        Names(early).Should().Equal("a.example.");
    }

    private QueryBook Book()
    {
        var book = new QueryBook(_folder, _options, _clock, _log);
        book.Open();
        return book;
    }

    private void Add(QueryBook book, string name, string client = "192.168.1.30", string answer = "NOERROR", string source = "cache") =>
        book.Add(new DnsQueryView(_clock.GetUtcNow(), client, name, "AAAA", answer, source, source == "forwarded" ? 12.3 : 0));

    private static string[] Names(QueryBook book, int limit = 10) => [.. book.Search(new QuerySearch(), limit, default).Select(query => query.Name)];

    private string[] Files() => [.. Directory.EnumerateFiles(_folder).Order(StringComparer.Ordinal)];
}
