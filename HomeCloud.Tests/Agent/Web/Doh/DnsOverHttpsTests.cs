using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Messages;
using HomeCloud.Tests.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Agent.Web.Doh;

/// <summary>RFC 8484, on a real Kestrel over TLS before a real DNS server.</summary>
public sealed class DnsOverHttpsTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("1.1", false)]
    [InlineData("1.1", true)]
    [InlineData("2.0", false)]
    [InlineData("2.0", true)]
    public async Task Names_of_the_home_and_from_outside_are_answered_with_their_smallest_TTL(string version, bool byGet)
    {
        await using var home = await DohHome.StartAsync();
        home.Upstream.When("www.example.", RecordType.A, reply => reply.Answers.AddRange(["@ 300 CNAME other.example.", "other.example. 77 A 192.0.2.1"]));
        using var client = home.Client(version);

        var (local, airplay) = await DohHome.AskAsync(client, Query("airplay.home", id: 0), byGet);
        airplay.Answer.Should().ContainSingle().Which.Should().EndWith("IN A 192.168.1.60");
        airplay.Id.Should().Be(0);
        local.Headers.CacheControl!.MaxAge.Should().Be(TimeSpan.FromSeconds(int.Parse(airplay.Answer[0].Split(' ')[1])));
        local.Headers.CacheControl.Private.Should().BeTrue("another device may get another answer");
        local.Headers.Contains("Set-Cookie").Should().BeFalse();

        var (late, forwarded) = await DohHome.AskAsync(client, Query("www.example", id: 0x1234), byGet);
        forwarded.Id.Should().Be(0x1234, "clients that do not send 0 get theirs back");
        forwarded.Answer.Should().HaveCount(2);
        late.Headers.CacheControl!.MaxAge.Should().Be(TimeSpan.FromSeconds(77));
        late.Version.Should().Be(Version.Parse(version));
        home.Services.GetRequiredService<QueryObserver>().Counters.Queries(QueryTransport.Https).Should().Be(2);
    }

    [Fact(Timeout = Limit)]
    public async Task Negative_answers_live_as_their_SOA_says_and_failures_not_at_all()
    {
        await using var home = await DohHome.StartAsync();
        home.Upstream
            .When("nothing.example.", null, reply =>
            {
                reply.Code = ResponseCode.NameError;
                reply.Authorities.Add("example. 300 SOA ns.example. root.example. 1 2 3 4 60");
            })
            .When("broken.example.", null, reply => reply.Code = ResponseCode.ServerFailure);
        using var client = home.Client("2.0");

        var (negative, nothing) = await DohHome.AskAsync(client, Query("nothing.example"));
        nothing.Code.Should().Be("NXDOMAIN");
        negative.Headers.CacheControl!.MaxAge.Should().Be(TimeSpan.FromSeconds(60));
        var (failed, broken) = await DohHome.AskAsync(client, Query("broken.example"));
        broken.Code.Should().Be("SERVFAIL");
        failed.Headers.CacheControl!.MaxAge.Should().Be(TimeSpan.Zero);
    }

    [Theory(Timeout = Limit)]
    [InlineData("GET", "/dns-query", null, 0, 400)]
    [InlineData("GET", "/dns-query?dns=", null, 0, 400)]
    [InlineData("GET", "/dns-query?dns=AAABAAABAAAAAAAA", null, 0, 400)]
    [InlineData("GET", "/dns-query?dns=AAAB+AABAAAAAAAAB2FpcnBsYXkEaG9tZQAAAQAB", null, 0, 400)]
    [InlineData("GET", "/dns-query?dns=AAABAAABAAAAAAAAB2FpcnBsYXkEaG9tZQAAAQAB", null, 0, 200)]
    [InlineData("GET", "/dns-query?dns=AAABAAABAAAAAAAAB2FpcnBsYXkEaG9tZQAAAQAB&dns=AAABAAABAAAAAAAAB2FpcnBsYXkEaG9tZQAAAQAB", null, 0, 400)]
    [InlineData("GET", "/dns-query?dns=AAABAAABAAAAAAAACGFpcnBsYXkxBGhvbWUAAAEAAQ", null, 0, 200)]
    [InlineData("GET", "/dns-query?dns=AAABAAABAAAAAAAACGFpcnBsYXkxBGhvbWUAAAEAAQ%3D%3D", null, 0, 400)]
    [InlineData("GET", "/dns-query?dns=AAABAAAB%20AAAAAAAACGFpcnBsYXkxBGhvbWUAAAEAAQ", null, 0, 400)]
    [InlineData("GET", "/dns-query?dns=AACAAAABAAAAAAAAB2FpcnBsYXkEaG9tZQAAAQAB", null, 0, 400)]
    [InlineData("GET", "/dns-query/?dns=AAABAAABAAAAAAAAB2FpcnBsYXkEaG9tZQAAAQAB", null, 0, 302)]
    [InlineData("PUT", "/dns-query", "application/dns-message", 20, 405)]
    [InlineData("HEAD", "/dns-query", null, 0, 405)]
    [InlineData("OPTIONS", "/dns-query", null, 0, 405)]
    [InlineData("POST", "/dns-query", "application/json", 20, 415)]
    [InlineData("POST", "/dns-query", null, 20, 415)]
    [InlineData("POST", "/dns-query", "application/dns-message", 0, 400)]
    [InlineData("POST", "/dns-query", "application/dns-message", 11, 400)]
    [InlineData("POST", "/dns-query", "application/dns-message", 65535, 400)]
    [InlineData("POST", "/dns-query", "application/dns-message", 65536, 413)]
    [InlineData("POST", "/dns-query", "application/dns-message", 90_000, 413)]
    public async Task What_is_no_query_gets_its_status(string method, string path, string? type, int length, int status)
    {
        await using var home = await DohHome.StartAsync();
        foreach (var version in (string[])["1.1", "2.0"])
        {
            using var client = home.Client(version);
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
            if (type is not null || length > 0)
                request.Content = new ByteArrayContent(new byte[length]) { Headers = { ContentType = type is null ? null : new MediaTypeHeaderValue(type) } };
            using var response = await client.SendAsync(request);

            ((int)response.StatusCode).Should().Be(status, "HTTP/{0}", version);
            if (status == 405)
                response.Content.Headers.Allow.Should().BeEquivalentTo("GET", "POST");
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("Content-Length: 29", 0, 408)]
    [InlineData("Content-Length: 29", 28, 408)]
    [InlineData("Transfer-Encoding: chunked", 28, 408)]
    [InlineData("Transfer-Encoding: chunked", 66_000, 413)]
    [InlineData("Transfer-Encoding: nonsense", 28, 400)]
    public async Task A_body_that_does_not_end_is_refused_in_seconds(string header, int length, int status)
    {
        await using var home = await DohHome.StartAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, home.Web.TlsUrl!.Port);
        await using var stream = new SslStream(tcp.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "cloud.home", ApplicationProtocols = [SslApplicationProtocol.Http11] });
        var chunk = header.EndsWith("chunked", StringComparison.Ordinal) ? $"{length + 1:x}\r\n" : "";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /dns-query HTTP/1.1\r\nHost: cloud.home\r\nContent-Type: application/dns-message\r\n{header}\r\n\r\n{chunk}"));
        await stream.WriteAsync(new byte[length]);

        var answer = new byte[12];
        await stream.ReadExactlyAsync(answer);

        Encoding.ASCII.GetString(answer).Should().Be($"HTTP/1.1 {status}");
    }

    [Fact(Timeout = Limit)]
    public async Task On_one_connection_quick_answers_overtake_slow_ones()
    {
        await using var home = await DohHome.StartAsync();
        home.Upstream
            .When("slow.example.", null, reply => reply.Behaviours.Add("silence"))
            .When("*.many.example.", RecordType.A, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        using var client = home.Client("2.0");
        (await DohHome.AskAsync(client, Query("airplay.home"))).Message.Code.Should().Be("NOERROR");

        var slow = DohHome.AskAsync(client, Query("slow.example"));
        var many = await Task.WhenAll(Enumerable.Range(0, 90).Select(i => DohHome.AskAsync(client, Query($"n{i}.many.example"))));
        many.Should().OnlyContain(answer => answer.Message.Answer.Count == 1);
        slow.IsCompleted.Should().BeFalse();
        (await slow).Message.Code.Should().Be("SERVFAIL");
    }

    [Fact(Timeout = Limit)]
    public async Task Who_leaves_before_the_answer_disturbs_nobody()
    {
        await using var home = await DohHome.StartAsync();
        home.Upstream.When("slow.example.", null, reply => reply.Delay = TimeSpan.FromSeconds(1)).When("slow.example.", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        using var client = home.Client("2.0");
        using var leaving = new CancellationTokenSource();
        var left = client.SendAsync(DohHome.Get(Query("slow.example")), leaving.Token);
        await leaving.CancelAsync();
        await FluentActions.Awaiting(() => left).Should().ThrowAsync<OperationCanceledException>();
        (await DohHome.AskAsync(client, Query("airplay.home"))).Message.Answer.Should().ContainSingle();
    }

    [Fact(Timeout = Limit)]
    public async Task Clients_that_pad_get_padding_and_no_word_of_idle_connections()
    {
        await using var home = await DohHome.StartAsync();
        using var client = home.Client("2.0");
        var (_, answer) = await DohHome.AskAsync(client, new QueryBuilder("airplay.home", RecordType.A).Option(EdnsOptionCode.Padding, new byte[20]).Option(EdnsOptionCode.TcpKeepalive).Build());
        answer.Length.Should().Be(468);
        answer.Options.Should().NotContain(option => option.Contains("keepalive", StringComparison.OrdinalIgnoreCase));
    }

    [Fact(Timeout = Limit)]
    public async Task Without_TLS_there_is_none_unless_a_named_proxy_speaks_it()
    {
        await using var home = await DohHome.StartAsync(web: web => web.Proxies.Add(IPNetwork.Parse("127.0.0.1/32")));
        using var plain = home.Web.Stranger();
        (await plain.SendAsync(DohHome.Get(Query("airplay.home")))).StatusCode.Should().Be(HttpStatusCode.Forbidden);

        plain.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        plain.DefaultRequestHeaders.Add("X-Forwarded-For", "192.168.1.77");
        plain.DefaultRequestHeaders.Host = "dns.example.org";
        var (_, check) = await DohHome.AskAsync(plain, Query("check.home", RecordType.Txt));
        check.Answer.Should().ContainSingle().Which.Should().Contain("you are 192.168.1.77, asking over HTTPS").And.NotContain("HomeCloud at 127.0.0.1");
        await Deadline.UntilAsync(() => Log(home).Contains(" 192.168.1.77 doh check.home. TXT NOERROR local ", StringComparison.Ordinal), "the query log names the device and the transport");
    }

    [Theory(Timeout = Limit)]
    [InlineData("192.168.1.77", 200, "NOERROR")]
    [InlineData("198.51.100.7", 403, "")]
    [InlineData("203.0.113.9", 200, "REFUSED")]
    public async Task Who_may_ask_is_who_may_use_the_page_and_may_ask_by_DNS(string client, int status, string code)
    {
        await using var home = await DohHome.StartAsync(web: web =>
        {
            web.Proxies.Add(IPNetwork.Parse("127.0.0.1/32"));
            web.Allow.Add(IPNetwork.Parse("203.0.113.0/24"));
        });
        using var asker = home.Client("1.1");
        asker.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        asker.DefaultRequestHeaders.Add("X-Forwarded-For", client);
        using var response = await asker.SendAsync(DohHome.Get(Query("airplay.home")));
        ((int)response.StatusCode).Should().Be(status);
        if (status == 200)
            MessageText.Parse(await response.Content.ReadAsByteArrayAsync()).Code.Should().Be(code);
    }

    [Fact(Timeout = Limit)]
    public async Task An_address_of_its_own_has_no_page()
    {
        var port = FreePort.Find();
        await using var home = await DohHome.StartAsync(web: web =>
        {
            web.Doh = false;
            web.ListenHttps.Add(new IPEndPoint(IPAddress.Loopback, port));
        });
        using var alone = home.Client("2.0", new Uri($"https://127.0.0.1:{port}"));
        (await DohHome.AskAsync(alone, Query("airplay.home"))).Message.Answer.Should().ContainSingle();
        foreach (var path in (string[])["/", "/sign-in", "/api/v1/servers", "/healthz"])
            (await alone.GetAsync(path)).StatusCode.Should().Be(HttpStatusCode.NotFound, path);

        using var page = home.Client("2.0", new Uri(home.Web.Urls.Single(url => url.StartsWith("https", StringComparison.Ordinal) && !url.EndsWith($":{port}", StringComparison.Ordinal))));
        (await page.SendAsync(DohHome.Get(Query("airplay.home")))).StatusCode.Should().Be(HttpStatusCode.Redirect, "--doh off: the path is like any other");
        (await page.GetAsync("/sign-in")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static string Log(DohHome home) => File.Exists(home.QueryLogPath) ? File.ReadAllText(home.QueryLogPath) : "";

    private static byte[] Query(string name, RecordType type = RecordType.A, ushort id = 0) => new QueryBuilder(name, type) { Id = id }.Build();
}
