using System.Net;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;
using HomeCloud.Tests.Dns.Messages;

namespace HomeCloud.Tests.Dns.Serving;

public class AuthoritativeAnswerTests
{
    [Fact]
    public void Several_addresses_take_turns_at_the_front()
    {
        var harness = new PipelineHarness().With(Record("nas", "192.168.1.1", "192.168.1.2", "192.168.1.3"));
        var answers = Enumerable.Range(0, 6).Select(_ => harness.Ask("nas.home.", RecordType.A).Answer).ToList();
        answers.Should().OnlyContain(answer => answer.Count == 3 && answer.Distinct().Count() == 3);
        answers.Select(answer => answer[0].Split(' ')[^1]).Should()
            .Equal("192.168.1.1", "192.168.1.2", "192.168.1.3", "192.168.1.1", "192.168.1.2", "192.168.1.3");
    }

    [Theory]
    [InlineData(null, 28, false)]
    [InlineData(null, 31, true)]
    [InlineData(1232, 31, false)]
    [InlineData(1232, 75, true)]
    [InlineData(100, 31, true)]
    [InlineData(65535, 75, true)]
    public void What_does_not_fit_udp_is_truncated_whole(int? udpSize, int addresses, bool truncated)
    {
        var harness = new PipelineHarness().With(Record("many", [.. Enumerable.Range(1, addresses).Select(i => $"10.0.0.{i}")]));
        var query = new QueryBuilder("many.home.", RecordType.A) { UdpSize = (ushort?)udpSize }.Build();
        var answer = harness.Ask(query)!;
        answer.FlagText.Contains("tc", StringComparison.Ordinal).Should().Be(truncated);
        answer.Answer.Should().HaveCount(truncated ? 0 : addresses);
        answer.Length.Should().BeLessThanOrEqualTo(udpSize is null or < 512 ? 512 : 1232);
        (answer.Opt is not null).Should().Be(udpSize is not null);

        harness.Transport = QueryTransport.Tcp;
        harness.Ask(query)!.Answer.Should().HaveCount(addresses);
    }

    [Fact]
    public void Padding_fills_blocks_of_468_octets()
    {
        var harness = new PipelineHarness().With(Record("nas", "192.168.1.1"));
        harness.Transport = QueryTransport.Tls;
        harness.Ask(new QueryBuilder("nas.home.", RecordType.A).Option(EdnsOptionCode.Padding, 0, 0).Build())!.Length.Should().Be(468);
    }

    [Fact]
    public void What_check_tells_is_truncated_where_it_does_not_fit()
    {
        var harness = new PipelineHarness();
        harness.Status.Sources.AddRange([new string('a', 240), new string('b', 240)]);
        var short_ = harness.Ask("check.home.", RecordType.Txt);
        short_.Code.Should().Be("NOERROR");
        short_.FlagText.Should().Contain("tc");
        short_.Authority.Should().BeEmpty("it exists: the asker comes back by TCP");
        harness.Transport = QueryTransport.Tcp;
        harness.Ask("check.home.", RecordType.Txt).Answer.Should().ContainSingle();
    }

    [Fact]
    public void A_cookie_of_ours_lifts_the_rate_limit()
    {
        var harness = new PipelineHarness(options => (options.Edns.Cookies, options.RateLimit.PerSecond, options.RateLimit.Burst) = (true, 1, 1));
        var buffer = new byte[4096];
        harness.Handle(new QueryBuilder("check.home.", RecordType.A).Option(EdnsOptionCode.Cookie, 1, 2, 3, 4, 5, 6, 7, 8).Build(), buffer, out var length);
        var cookie = buffer[(length - ServerCookies.Length)..length];

        for (var i = 0; i < 10; i++)
            harness.Ask(new QueryBuilder("check.home.", RecordType.A).Option(EdnsOptionCode.Cookie, cookie).Build())!.Answer.Should().HaveCount(1);
        harness.Ask(new QueryBuilder("check.home.", RecordType.A).Build()).Should().BeNull("without it the limit holds");
    }

    [Fact]
    public void A_name_of_the_longest_kind_is_denied_within_512_octets_or_truncated()
    {
        var label = new string('a', 63);
        var answer = new PipelineHarness().Ask($"{label}.{label}.{label}.{new string('b', 54)}.home.", RecordType.A);
        answer.Length.Should().BeLessThanOrEqualTo(512);
        answer.Code.Should().Be("NXDOMAIN");
    }

    private static NameRecord Record(string name, params string[] addresses) => new()
    {
        Name = name,
        Owner = "box1",
        Addresses = [.. addresses.Select(IPAddress.Parse)],
    };
}
