using System.Text;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Registry.Journals;

namespace HomeCloud.Tests.Registry.Journals;

/// <summary>What comes over a channel that anybody with Redis's password may write to.</summary>
public sealed class JournalMessagesTests
{
    private const string Id = "0123456789abcdef";

    [Fact]
    public void What_was_written_is_read_again()
    {
        foreach (var report in Reports())
            JournalMessages.ReadReport(JournalMessages.Write(new ReportMessage(Id, report)))!.Report.Should().BeEquivalentTo(report);
        var inquiry = new JournalInquiry(JournalKind.Queries, DnsRange.Week, 1000, new QuerySearch("nas", "192.168.1.7", "failed", "cache", DateTimeOffset.UnixEpoch, ["192.168.1.8"]));
        JournalMessages.ReadInquiry(JournalMessages.Write(new InquiryMessage(Id, Id, inquiry)))!.Inquiry.Should().BeEquivalentTo(inquiry);
    }

    [Fact]
    public void The_longest_answer_fits()
    {
        var query = new DnsQueryView(DateTimeOffset.UtcNow, "fd00:1234:5678:9abc:def0:1234:5678:9abc", string.Concat(Enumerable.Repeat("\\001", 255)), "TYPE65535", "RESERVED15", "our zones", 12345.6);
        var text = JournalMessages.Write(new ReportMessage(Id, new JournalReport("dns") { Queries = [.. Enumerable.Repeat(query, JournalInquiry.MostLimit)] }));

        JournalMessages.ReadReport(text)!.Report.Queries.Should().HaveCount(JournalInquiry.MostLimit);
    }

    [Fact]
    public void What_a_newer_version_adds_is_passed_over()
    {
        JournalMessages.ReadReport("""{"id":"ID","more":[1],"report":{"server":"dns","weather":{"sun":true},"statistics":{"queries":3}}}""".Replace("ID", Id, StringComparison.Ordinal))!.Report.Statistics!.Queries.Should().Be(3);
        JournalMessages.ReadInquiry("""{"id":"ID","from":"ID","inquiry":{"kind":99,"range":0,"limit":5,"also":1}}""".Replace("ID", Id, StringComparison.Ordinal))!.Inquiry.AskOf(new Silent(), default).Should().Be(new JournalReport("dns"));
    }

    [Theory]
    [InlineData("""{"id":"ID","report":{"server":""}}""")]
    [InlineData("""{"id":"ID","report":{"server":null}}""")]
    [InlineData("""{"id":"ID"}""")]
    [InlineData("""{"id":"x","report":{"server":"dns"}}""")]
    [InlineData("""{"id":"ID","report":{"server":"dns\u001b[2J"}}""")]
    [InlineData("""{"id":"ID","report":{"server":"dns","queries":[null]}}""")]
    [InlineData("""{"id":"ID","report":{"server":"dns","upstreams":[null]}}""")]
    [InlineData("""{"id":"ID","report":{"server":"dns","statistics":{"seconds":null}}}""")]
    [InlineData("""{"id":"ID","report":{"server":"dns","statistics":{"queries":-1}}}""")]
    [InlineData("""{"id":"ID","report":{"server":"dns","statistics":{"queries":9223372036854775807}}}""")]
    [InlineData("""{"id":"ID","report":{"server":"dns","statistics":{"latency":[{"belowMilliseconds":-1,"count":1}]}}}""")]
    [InlineData("""{"id":"ID","report":{"server":"dns","figures":{"stepSeconds":0,"kept":"full"}}}""")]
    [InlineData("""{"id":"ID","report":{"server":"dns","figures":{"stepSeconds":60,"from":99999999999999,"kept":"full"}}}""")]
    [InlineData("""{"id":"ID","report":{"server":"dns","figures":{"stepSeconds":60,"kept":"full","steps":[null]}}}""")]
    [InlineData("""{"id":"ID","report":{"server":"dns","top":{"hours":1,"names":[{"name":null,"count":1}],"clients":[],"blockedNames":[],"blockedClients":[]}}}""")]
    public void What_a_page_could_not_show_or_add_up_is_no_report(string text) => JournalMessages.ReadReport(text.Replace("ID", Id, StringComparison.Ordinal)).Should().BeNull();

    [Fact]
    public void The_greatest_counts_that_are_read_can_be_added_up()
    {
        var most = Enumerable.Range(0, 19).Select(digits => (long)Math.Pow(10, digits)).Last(count => Read(count) is not null);
        var all = Enumerable.Repeat(Read(most)!, 32).ToList();
        JournalSum.Of(all).TopNames.Should().ContainSingle().Which.Count.Should().Be(32_000 * most);
        JournalSum.Of(all).Latency.Should().ContainSingle().Which.Count.Should().Be(32_000 * most);

        static DnsStatisticsView? Read(long count)
        {
            var view = new DnsStatisticsView { TopNames = [.. Enumerable.Repeat(new DnsCountView("x.", count), 1_000)], Latency = [.. Enumerable.Repeat(new DnsLatencyView(10, count), 1_000)] };
            return JournalMessages.ReadReport(JournalMessages.Write(new ReportMessage(Id, new JournalReport("dns") { Statistics = view })))?.Report.Statistics;
        }
    }

    [Fact]
    public void Damaged_messages_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(20261201);
        var (read, refused) = (0, 0);
        var good = Reports().Select(report => JournalMessages.Write(new ReportMessage(Id, report))).ToArray();
        string[] pieces = ["null", "-1", "1e999", "99999999999999999999", "{}", "[]", "[null]", "\"\"", "\"\\ud800\"", "\\u0000", ",", "}", "\"", ":"];
        for (var round = 0; round < 4000; round++)
        {
            var text = new StringBuilder(good[random.Next(good.Length)]);
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(3))
                {
                    case 0:
                        text.Remove(at, random.Next(1, Math.Min(40, text.Length - at) + 1));
                        break;
                    case 1:
                        text.Insert(at, pieces[random.Next(pieces.Length)]);
                        break;
                    default:
                        text[at] = (char)random.Next(0x20, 0x7F);
                        break;
                }
            }

            if (JournalMessages.ReadReport(text.ToString()) is { } message)
            {
                read++;
                JournalSum.Of([message.Report.Statistics ?? new DnsStatisticsView(), new DnsStatisticsView()]).Queries.Should().BeGreaterThanOrEqualTo(0);
                if (message.Report.Figures is { } figures)
                    JournalSum.Of([figures, figures]).Steps.Should().NotContain(step => step.Queries < 0);
            }
            else
            {
                refused++;
            }
        }

        read.Should().BePositive();
        refused.Should().BePositive();
    }

    private static IEnumerable<JournalReport> Reports() =>
    [
        new JournalReport("192.168.1.53", "it does not answer"),
        new JournalReport("dns")
        {
            Statistics = new DnsStatisticsView
            {
                Validation = "on",
                Seconds = [new DnsSecondView(1_800_000_000, 3, 2, 1)],
                Queries = 6,
                Latency = [new DnsLatencyView(10, 2)],
                TopNames = [new DnsCountView("nas.home.", 4)],
                Upstreams = [new DnsUpstreamView("9.9.9.9:853", true, 11.4, "3 answers, 0 failures"), new DnsUpstreamView("1.1.1.1:853", false, null, "down")],
            },
        },
        new JournalReport("dns") { Figures = new DnsFiguresView { From = 1_800_000_000, To = 1_800_003_600, StepSeconds = 60, Steps = [new DnsStepView(1_800_000_000, 60, 9, 4, 3, 1, 1, 0, 20), new DnsStepView(1_800_000_060, 60, 1, 1, 0, 0, 0, 0, null)], Queries = 10, Kept = "full", QueryHours = 24 } },
        new JournalReport("dns") { Top = new DnsTopView(24, [new DnsCountView("a.example.", 2)], [new DnsCountView("192.168.1.7", 2)], [], []) },
        new JournalReport("dns") { Queries = [new DnsQueryView(DateTimeOffset.UnixEpoch, "192.168.1.7", "a\\.b.example.", "A", "NOERROR", "cache", 0)] },
        new JournalReport("dns") { Upstreams = [new DnsUpstreamView("9.9.9.9:853", false, null, "no answer")] },
    ];

    private sealed class Silent : IDnsJournal
    {
        public string Server => "dns";

        public DnsStatisticsView Statistics() => throw new NotSupportedException();

        public IReadOnlyList<DnsUpstreamView> Upstreams() => throw new NotSupportedException();

        public DnsFiguresView? Figures(DnsRange range) => throw new NotSupportedException();

        public DnsTopView? Top(DnsRange range, int most, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IReadOnlyList<DnsQueryView> Queries(QuerySearch search, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
