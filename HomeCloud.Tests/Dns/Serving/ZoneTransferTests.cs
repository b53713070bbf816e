using System.Net;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;
using HomeCloud.Tests.Dns.Messages;
using HomeCloud.Tests.Dns.Scenarios.Authoritative;

namespace HomeCloud.Tests.Dns.Serving;

public class ZoneTransferTests
{
    private readonly PipelineHarness _harness = new()
    {
        Transport = QueryTransport.Tcp,
        Client = ClientAddress.From(IPAddress.Loopback),
    };

    [Theory]
    [InlineData(4096)]
    [InlineData(65535)]
    public void A_large_zone_takes_several_messages_and_loses_nothing(int bufferSize)
    {
        const int Names = 3000;
        _harness.With([.. Enumerable.Range(0, Names).Select(i => new NameRecord
        {
            Name = $"name{i}",
            Owner = "box1",
            Addresses = [new IPAddress([10, 0, (byte)(i >> 8), (byte)i])],
        })]);

        var records = new List<string>();
        var messages = 0;
        using var transfer = _harness.Pipeline.TryBegin(Axfr("home."), _harness.Context());
        transfer.Should().NotBeNull();
        var buffer = new byte[bufferSize];
        while (transfer!.TryWriteNext(buffer, out var length))
        {
            var message = MessageText.Parse(buffer.AsSpan(0, length));
            (message.Code, message.FlagText, message.Id).Should().Be(("NOERROR", "aa rd ra", (ushort)0x4711));
            records.AddRange(message.Answer);
            messages++;
        }

        messages.Should().BeGreaterThan(1);
        records.Should().HaveCount((2 * Names) + 3);
        records[0].Should().StartWith("home. 5 IN SOA").And.Be(records[^1]);
        records.Where(record => record.Contains(" IN A ", StringComparison.Ordinal)).Distinct().Should().HaveCount(Names);
    }

    [Fact]
    public void Records_of_zone_files_are_transferred_with_the_names_of_each_zone()
    {
        var harness = new PipelineHarness(options => options.ZoneFiles.Paths.Add(AnswerSetup.ZoneFile("home.zone"))) { Transport = QueryTransport.Tcp, Client = ClientAddress.From(IPAddress.Loopback) };
        using var transfer = harness.Pipeline.TryBegin(Axfr("home.arpa."), harness.Context());
        var buffer = new byte[65535];
        transfer!.TryWriteNext(buffer, out var length).Should().BeTrue();

        MessageText.Parse(buffer.AsSpan(0, length)).Answer.Should().Contain([
            "home.arpa. 300 IN MX 10 mail.home.arpa.",
            "_ipp._tcp.printer.home.arpa. 300 IN SRV 0 0 631 printer.home.arpa.",
            "_ext._tcp.home.arpa. 300 IN SRV 0 0 443 site.example.org.",
            "scan.home.arpa. 300 IN CNAME printer.home.arpa.",
            "printer.home.arpa. 300 IN HTTPS 1 . port=631",
        ]).And.NotContain(record => record.Contains("ns.home.arpa. hostmaster.home.arpa. 1 ", StringComparison.Ordinal)).And.HaveCount(24);
    }

    [Fact]
    public void Changes_during_a_transfer_do_not_break_it()
    {
        _harness.With([.. Enumerable.Range(0, 2000).Select(i => new NameRecord { Name = $"name{i}", Owner = "box1" })]);
        using var transfer = _harness.Pipeline.TryBegin(Axfr("home."), _harness.Context())!;
        var buffer = new byte[4096];
        transfer.TryWriteNext(buffer, out _).Should().BeTrue();
        _harness.With([.. Enumerable.Range(1000, 9000).Select(i => new NameRecord { Name = $"name{i}", Owner = "box1" })]);
        var last = "";
        while (transfer.TryWriteNext(buffer, out var length))
            last = MessageText.Parse(buffer.AsSpan(0, length)).Answer[^1];
        last.Should().StartWith("home. 5 IN SOA");
    }

    [Fact]
    public void Others_are_left_to_the_pipeline_which_refuses()
    {
        _harness.Client = ClientAddress.From(IPAddress.Parse("192.168.1.9"));
        _harness.Pipeline.TryBegin(Axfr("home."), _harness.Context()).Should().BeNull();
        _harness.Ask(Axfr("home."))!.Code.Should().Be("REFUSED");
        _harness.Client = ClientAddress.From(IPAddress.Loopback);
        _harness.Pipeline.TryBegin(Axfr("example.com."), _harness.Context()).Should().BeNull();
        _harness.Pipeline.TryBegin(new QueryBuilder("home.", RecordType.Soa).Build(), _harness.Context()).Should().BeNull();
        _harness.Pipeline.TryBegin([1, 2, 3], _harness.Context()).Should().BeNull();
    }

    private static byte[] Axfr(string zone) => new QueryBuilder(zone, RecordType.Axfr).Build();
}
