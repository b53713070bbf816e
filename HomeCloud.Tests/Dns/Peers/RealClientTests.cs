using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Setting;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>Clients as Debian ships them ask the real server: for a name of ours, for one from outside, for one that does not exist.</summary>
[Trait("Category", "Slow")]
public sealed class RealClientTests : IAsyncLifetime
{
    private readonly string _hosts = Path.GetTempFileName();
    private ScriptedServer _upstream = null!;
    private PeerProcess _server = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_hosts, "192.168.1.60 airplay airplay.home\n");
        _upstream = new ScriptedServer()
            .When("www.example.", RecordType.A, reply => reply.Answers.Add("@ 300 A 192.0.2.1"))
            .When("www.example.", null, reply => reply.Authorities.Add("example. 300 SOA ns.example. root.example. 1 2 3 4 60"))
            .When("long.example.", RecordType.Txt, reply => reply.Filler = 3_000)
            .When("*", null, reply =>
            {
                reply.Code = ResponseCode.NameError;
                reply.Authorities.Add(". 300 SOA a.root. b.root. 1 2 3 4 60");
            });
        _server = await PeerProcess.StartHomeCloudAsync("--upstream", _upstream.EndPoint.ToString(), "--hosts-file", _hosts, "--server-id", "box1", "--cookies", "on");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
        File.Delete(_hosts);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("dig", "-p {0} @127.0.0.1 airplay.home A", "status: NOERROR", "192.168.1.60")]
    [InlineData("dig", "-p {0} @127.0.0.1 www.example A", "status: NOERROR", "192.0.2.1")]
    [InlineData("dig", "-p {0} @127.0.0.1 +tcp www.example A", "status: NOERROR", "192.0.2.1")]
    [InlineData("dig", "-p {0} @127.0.0.1 nothing.example A", "status: NXDOMAIN", "SOA")]
    [InlineData("dig", "-p {0} @127.0.0.1 long.example TXT", "status: NOERROR", "ANSWER: 15")]
    [InlineData("dig", "-p {0} @127.0.0.1 +dnssec +cookie www.example A", "COOKIE:", "192.0.2.1")]
    [InlineData("dig", "-p {0} @127.0.0.1 -x 192.168.1.60", "airplay.home.", "PTR")]
    [InlineData("dig", "-p {0} @127.0.0.1 axfr home", "airplay.home.", "XFR size: ")]
    [InlineData("dig", "-p {0} @127.0.0.1 airplya.home A", "status: NXDOMAIN", "did you mean airplay.home?")]
    [InlineData("dig", "-p {0} @127.0.0.1 check.home TXT +short", "you are 127.0.0.1, asking over UDP", "upstream: 127.0.0.1:")]
    [InlineData("dig", "-p {0} @127.0.0.1 version.bind CH TXT +short", "HomeCloud", "HomeCloud")]
    [InlineData("dig", "-p {0} @127.0.0.1 +nsid +subnet=192.0.2.0/24 www.example A", "NSID: ", "(\"box1\")")]
    [InlineData("dig", "-p {0} @127.0.0.1 +tcp +keepalive airplay.home A", "TCP KEEPALIVE: 10.0 secs", "192.168.1.60")]
    [InlineData("dig", "-p {0} @127.0.0.1 +noedns +cdflag +adflag airplay.home A", "flags: qr aa rd ra cd;", "192.168.1.60")]
    [InlineData("dig", "-p {0} @127.0.0.1 +edns=1 +noednsnegotiation airplay.home A", "status: BADVERS", "version: 0")]
    [InlineData("dig", "-p {0} @127.0.0.1 +opcode=notify airplay.home A", "status: NOTIMP", "opcode: NOTIFY")]
    [InlineData("kdig", "-p {0} @127.0.0.1 airplay.home A", "NOERROR", "192.168.1.60")]
    [InlineData("kdig", "-p {0} @127.0.0.1 +tcp +keepopen www.example A long.example TXT", "192.0.2.1", "NOERROR")]
    [InlineData("kdig", "-p {0} @127.0.0.1 +dnssec www.example A", "NOERROR", "192.0.2.1")]
    [InlineData("drill", "-p {0} www.example @127.0.0.1 A", "NOERROR", "192.0.2.1")]
    [InlineData("drill", "-p {0} -t long.example @127.0.0.1 TXT", "NOERROR", "ANSWER: 15")]
    [InlineData("host", "-p {0} www.example 127.0.0.1", "www.example has address 192.0.2.1", "www.example")]
    [InlineData("host", "-p {0} airplay.home 127.0.0.1", "airplay.home has address 192.168.1.60", "airplay.home")]
    public async Task Understands_us(string client, string arguments, string expected, string alsoExpected)
    {
        var output = await ClientProcess.RunAsync(client, string.Format(arguments, _server.EndPoint.Port));

        output.Should().Contain(expected).And.Contain(alsoExpected);
        output.Should().NotContainAny("WARNING", "Warning", "malformed", "mismatch", "parse error");
    }

    [Fact(Timeout = 120_000)]
    public async Task Unbound_and_dnsmasq_forward_to_us()
    {
        await using var unbound = await PeerProcess.StartUnboundAsync(_server.EndPoint, "local-zone: \"home.\" nodefault");
        await using var dnsmasq = await PeerProcess.StartDnsmasqAsync(_server.EndPoint);
        foreach (var peer in (PeerProcess[])[unbound, dnsmasq])
        {
            using var asker = new UdpAsker(peer.EndPoint);
            foreach (var (name, address) in ((string, string)[])[("airplay.home.", "192.168.1.60"), ("www.example.", "192.0.2.1")])
            {
                var answer = await asker.TryAskAsync(DnsMessage.Query(name, RecordType.A), TimeSpan.FromSeconds(20));
                answer!.Answers.Should().ContainSingle().Which.Should().EndWith(address);
            }

            var none = await asker.TryAskAsync(DnsMessage.Query("nothing.home.", RecordType.A), TimeSpan.FromSeconds(20));
            none!.Code.Should().Be(ResponseCode.NameError);
            (await asker.AskTcpAsync(DnsMessage.Query("long.example.", RecordType.Txt))).Answers.Should().HaveCount(15);
        }
    }

    /// <summary>
    /// dnsmasq hands a server's cookie on once and drops it from what it caches: c-ares 1.34 then drops every answer. So there is none
    /// to hand on unless somebody asks for it.
    /// </summary>
    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Behind_dnsmasq_no_client_sees_a_cookie_come_and_go(bool cookies)
    {
        await using var server = await PeerProcess.StartHomeCloudAsync(["--upstream", _upstream.EndPoint.ToString(), "--hosts-file", _hosts, .. cookies ? (string[])["--cookies", "on"] : []]);
        await using var dnsmasq = await PeerProcess.StartDnsmasqAsync(server.EndPoint);
        async Task<bool> SeesServerCookieAsync() =>
            (await ClientProcess.RunAsync("dig", $"-p {dnsmasq.EndPoint.Port} @127.0.0.1 +cookie=0102030405060708 airplay.home A")).Split('\n')
                .Any(line => line.Contains("COOKIE: 0102030405060708", StringComparison.Ordinal) && line.Contains("(good)", StringComparison.Ordinal));

        (await SeesServerCookieAsync()).Should().Be(cookies);
        (await SeesServerCookieAsync()).Should().BeFalse("dnsmasq answers from its cache, or we gave none");

        // c-ares itself with the flags that it has by default; Debian 12's is 1.18, which sends no cookie yet: dig has done that in its place.
        await DebianPackages.EnsureAsync([("python3", "python3"), ("../lib/python3/dist-packages/pycares/__init__.py", "python3-pycares")], SilentProgress.Instance, CancellationToken.None);
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $"""
            import pycares, select
            channel = pycares.Channel(servers=['127.0.0.1'], udp_port={dnsmasq.EndPoint.Port}, timeout=5, tries=1)
            for name in ['airplay.home', 'airplay.home', 'www.example', 'airplay.home']:
                channel.query(name, pycares.QUERY_TYPE_A, lambda result, error: print(result, error))
                while True:
                    reading, writing = channel.getsock()
                    if not reading and not writing:
                        break
                    ready = select.select(reading, writing, [], channel.timeout())
                    for fd in ready[0]:
                        channel.process_fd(fd, pycares.ARES_SOCKET_BAD)
                    if not ready[0]:
                        channel.process_fd(pycares.ARES_SOCKET_BAD, pycares.ARES_SOCKET_BAD)
            """);
        var answers = (await ClientProcess.RunAsync("/usr/bin/python3", script)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        File.Delete(script);
        answers.Should().HaveCount(4).And.OnlyContain(line => line.Contains("192.168.1.60", StringComparison.Ordinal) || line.Contains("192.0.2.1", StringComparison.Ordinal));
    }
}
