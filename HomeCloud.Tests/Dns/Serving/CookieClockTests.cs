using System.Net;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Messages;

namespace HomeCloud.Tests.Dns.Serving;

/// <summary>Cookies carry a time (RFC 9018 §4.3), and clocks are set.</summary>
public class CookieClockTests
{
    private const int QuestionEnd = MessageHeader.Size + 5;
    private const string Secret = "e5e973e5a6b2a43f48e7dc849e37bfcf";

    private static readonly ClientAddress Client = ClientAddress.From(IPAddress.Parse("192.168.1.7"));

    [Theory]
    [InlineData(-700)]
    [InlineData(700)]
    public void Servers_that_share_a_secret_agree_again_once_a_wrong_clock_is_set_right(int daysWrong)
    {
        var (right, wrong) = (new PipelineHarness.ManualTime(), new PipelineHarness.ManualTime());
        wrong.Now = right.Now.AddDays(daysWrong);
        var (one, other) = (Server(Secret, right), Server(Secret, wrong));
        one.HasValidCookie(Cookie(other, 1_000), Client, 1_000).Should().BeFalse("it is days away");

        wrong.Now = right.Now;
        one.HasValidCookie(Cookie(other, 3_000), Client, 3_000).Should().BeTrue();
        other.HasValidCookie(Cookie(one, 3_000), Client, 3_000).Should().BeTrue();
    }

    [Theory]
    [InlineData(-700)]
    [InlineData(700)]
    public void Cookies_of_a_secret_of_its_own_outlive_every_step(int days)
    {
        var time = new PipelineHarness.ManualTime();
        var server = Server("", time);
        var cookie = Cookie(server, 1_000);
        time.Now = time.Now.AddDays(days);
        server.HasValidCookie(cookie, Client, 60_000).Should().BeTrue();
        server.HasValidCookie(cookie, Client, 3_700_000).Should().BeFalse("an hour has passed");
    }

    [Theory]
    [InlineData(null, "", false)]
    [InlineData(null, Secret, true)]
    [InlineData(false, Secret, false)]
    [InlineData(true, "", true)]
    public void Cookies_are_on_for_those_who_ask_for_them_or_give_their_secret(bool? cookies, string secret, bool on)
    {
        var server = new EdnsResponder(new EdnsOptions { Cookies = cookies, CookieSecret = secret }, new PipelineHarness.ManualTime());
        Cookie(server, 1_000).HasCookie.Should().Be(on);
    }

    private static EdnsResponder Server(string secret, TimeProvider time) => new(new EdnsOptions { Cookies = true, CookieSecret = secret }, time);

    /// <summary>As the client returns it.</summary>
    private static EdnsQuery Cookie(EdnsResponder server, long now)
    {
        var message = new byte[512];
        var query = new QueryBuilder(".", RecordType.Ns).Option(EdnsOptionCode.Cookie, 0, 0, 0, 0, 0, 0, 0, 1).Build();
        ParsedQuery.TryRead(query, new byte[255], out var asked).Should().Be(QueryParseResult.Query);
        ReplyTerms.Read(asked, new QueryContext { Client = Client, Transport = QueryTransport.Udp, NowMilliseconds = now, Replies = null! }, out var terms);
        var written = server.Write(message, QuestionEnd, terms, ResponseCode.NoError);
        MessageHeader.SetCounts(message, 1, 0, 0, 1);
        EdnsQuery.TryRead(message.AsSpan(0, QuestionEnd + written), QuestionEnd, out var returned).Should().BeTrue();
        return returned;
    }
}
