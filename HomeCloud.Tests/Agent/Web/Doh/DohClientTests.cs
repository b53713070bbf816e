using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Peers;

namespace HomeCloud.Tests.Agent.Web.Doh;

/// <summary>Clients as Debian ships them ask over HTTPS, and trust the household's authority alone.</summary>
[Trait("Category", "Slow")]
public sealed class DohClientTests : IAsyncLifetime
{
    private DohHome _home = null!;

    public async Task InitializeAsync()
    {
        _home = await DohHome.StartAsync();
        _home.Upstream.When("www.example.", RecordType.A, reply => reply.Answers.Add("@ 300 A 192.0.2.1")).When("long.example.", RecordType.Txt, reply => reply.Filler = 3_000);
    }

    public async Task DisposeAsync() => await _home.DisposeAsync();

    [Theory(Timeout = 120_000)]
    [InlineData("dig", "@127.0.0.1 -p {0} +https +tls-ca={1} +tls-hostname=cloud.home airplay.home A", "status: NOERROR", "192.168.1.60")]
    [InlineData("dig", "@127.0.0.1 -p {0} +https-get +tls-ca={1} +tls-hostname=cloud.home www.example A", "status: NOERROR", "192.0.2.1")]
    [InlineData("dig", "@127.0.0.1 -p {0} +https +tls-ca={1} +tls-hostname=cloud.home long.example TXT", "(HTTPS)", "ANSWER: 15")]
    [InlineData("dig", "@127.0.0.1 -p {0} +https +tls-ca={1} +tls-hostname=cloud.home check.home TXT +short", "you are 127.0.0.1, asking over HTTPS", "HomeCloud")]
    [InlineData("kdig", "@127.0.0.1 -p {0} +https +tls-ca={1} +tls-hostname=cloud.home airplay.home A", "NOERROR", "192.168.1.60")]
    [InlineData("kdig", "@127.0.0.1 -p {0} +https-get +tls-ca={1} +tls-hostname=cloud.home www.example A", "(HTTP/2-GET)", "192.0.2.1")]
    [InlineData("curl", "--silent --show-error --noproxy * --cacert {1} --doh-url https://127.0.0.1:{0}/dns-query http://page.example.org:{2}/healthz", "ok", "ok")]
    public async Task Understands_us_over_HTTPS(string client, string arguments, string expected, string alsoExpected)
    {
        var output = await ClientProcess.RunAsync(client, string.Format(arguments, _home.Web.TlsUrl!.Port, _home.RootPath, _home.Web.Url.Port));

        output.Should().Contain(expected).And.Contain(alsoExpected);
        output.Should().NotContainAny("WARNING", "Warning", "malformed", "mismatch", "parse error");
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_does_not_trust_the_authority_gets_nothing()
    {
        var output = await ClientProcess.RunAsync("curl", $"--silent --show-error --noproxy * --doh-url https://127.0.0.1:{_home.Web.TlsUrl!.Port}/dns-query http://page.example.org:{_home.Web.Url.Port}/healthz", mustSucceed: false);
        output.Should().Contain("resolve").And.NotContain("ok\n");
    }
}
