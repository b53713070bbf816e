using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HomeCloud.Agent.Hosting;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>Behind a proxy that speaks TLS to browsers and plain HTTP to us, with a name of its own.</summary>
public class ProxyTests
{
    private const int Limit = 60_000;
    private const string Name = "cloud.example.net";

    [Fact(Timeout = Limit)]
    public async Task Through_a_named_proxy_a_browser_signs_in_and_changes_things()
    {
        await using var home = await WebHome.StartAsync(web: Behind("127.0.0.1/32"));
        using var browser = Browser(home, "192.168.1.77");
        await WebHome.TakeFormTokenAsync(browser, "/setup");
        var set = await browser.PostAsJsonAsync("/api/v1/setup", new { password = WebHome.Password, key = home.Services.GetRequiredService<SetupLink>().Make() });
        set.StatusCode.Should().Be(HttpStatusCode.NoContent);
        set.Headers.GetValues("Set-Cookie").Should().OnlyContain(c => c.Contains("secure", StringComparison.OrdinalIgnoreCase));
        await WebHome.TakeFormTokenAsync(browser, "/");

        (await browser.PutAsJsonAsync("/api/v1/names/nas", new { addresses = new[] { "192.168.1.20" } })).StatusCode.Should().Be(HttpStatusCode.NoContent);
        var history = await browser.GetFromJsonAsync<JsonElement>("/api/v1/history");
        history[0].GetProperty("by").GetString().Should().Be("web from 192.168.1.77", "not the proxy's address");
    }

    [Fact(Timeout = Limit)]
    public async Task Nobody_else_is_believed()
    {
        await using var home = await WebHome.StartAsync(web: Behind("192.0.2.1/32"));
        using var local = home.OverSocket();
        using var browser = Browser(home, "8.8.8.8");
        (await browser.GetAsync("/sign-in")).StatusCode.Should().Be(HttpStatusCode.OK, "the address that it claims is not looked at");
        await WebHome.TakeFormTokenAsync(browser, "/setup");
        (await browser.PostAsJsonAsync("/api/v1/setup", new { password = WebHome.Password, key = home.Services.GetRequiredService<SetupLink>().Make() }))
            .StatusCode.Should().Be(HttpStatusCode.Forbidden, "the scheme that it claims is not its own");
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_from_the_Internet_stays_out_behind_the_proxy_too()
    {
        await using var home = await WebHome.StartAsync(web: Behind("127.0.0.0/8"));
        using var browser = Browser(home, "8.8.8.8");
        (await browser.GetAsync("/sign-in")).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_client_puts_before_the_proxys_word_is_not_believed()
    {
        await using var home = await WebHome.StartAsync(web: Behind("127.0.0.1/32"));
        using var browser = Browser(home, "127.0.0.1, 8.8.8.8");
        (await browser.GetAsync("/sign-in")).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("cloud.server2.home", true)]
    [InlineData("cloud.server2", true)]
    [InlineData("cloud.home.arpa", true)]
    [InlineData("cloud.server3.home", false)]
    [InlineData("cloud.server2.home.evil.example", false)]
    [InlineData("server2.home", false)]
    [InlineData("cloudxhome", false)]
    public async Task The_page_of_the_second_machine_knows_the_name_that_DNS_gives_it(string host, bool ours)
    {
        var options = new WebOptions();
        var context = new DefaultHttpContext { Request = { Host = new HostString(host) } };
        var passed = false;
        Task Pass(HttpContext _)
        {
            passed = true;
            return Task.CompletedTask;
        }

        await new HostCheckMiddleware(Pass, options, new PageNames(options) { Machine = "server2" }).InvokeAsync(context);
        passed.Should().Be(ours);
        if (!ours)
            context.Response.StatusCode.Should().Be(StatusCodes.Status421MisdirectedRequest);
    }

    [Theory]
    [InlineData("192.168.1.5", "192.168.1.5/32")]
    [InlineData("fd00::5", "fd00::5/128")]
    [InlineData("172.18.0.0/16", "172.18.0.0/16")]
    public void A_proxy_is_an_address_or_a_prefix(string text, string prefix)
    {
        var reader = new AgentOptionReader();
        var problems = reader.Read(reader.CommandLine.Read(new System.CommandLine.RootCommand().Parse([])), null, new Dictionary<string, string> { ["HOMECLOUD_WEB_PROXY"] = text });
        problems.Should().BeEmpty();
        reader.Options.Web.Proxies.Should().Equal(IPNetwork.Parse(prefix));
    }

    private static Action<WebOptions> Behind(string proxy) => options =>
    {
        options.Hosts.Add(Name);
        options.Proxies.Add(IPNetwork.Parse(proxy));
    };

    /// <summary>What the proxy sends for a browser at an address.</summary>
    private static HttpClient Browser(WebHome home, string client)
    {
        var browser = new HttpClient(new CookieCarrier { InnerHandler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false } }) { BaseAddress = home.Url };
        browser.DefaultRequestHeaders.Host = Name;
        browser.DefaultRequestHeaders.Add("X-Forwarded-For", client);
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        browser.DefaultRequestHeaders.Add("Origin", $"https://{Name}");
        return browser;
    }

    /// <summary>Cookies marked secure are not sent over the plain hop by .NET's container; the proxy passes them on.</summary>
    private sealed class CookieCarrier : DelegatingHandler
    {
        private readonly Dictionary<string, string> _cookies = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_cookies.Count > 0 && !request.Headers.Contains("Cookie"))
                request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}")));

            var response = await base.SendAsync(request, cancellationToken);
            foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
            {
                var parts = cookie.Split(';')[0].Split('=', 2);
                _cookies[parts[0]] = parts[1];
            }

            return response;
        }
    }
}
