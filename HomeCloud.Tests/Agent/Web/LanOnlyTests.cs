using System.Net;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>From where, and under which name, the page may be asked for.</summary>
public sealed class LanOnlyTests
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [InlineData("evil.example")]
    [InlineData("cloud.home.evil.example")]
    [InlineData("169.254.169.254")]
    public async Task A_Host_that_is_not_ours_is_refused(string host)
    {
        await using var home = await WebHome.StartAsync();
        using var browser = home.Stranger();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
        request.Headers.Host = host;
        (await browser.SendAsync(request)).StatusCode.Should().Be(HttpStatusCode.MisdirectedRequest);
    }

    [Theory(Timeout = Limit)]
    [InlineData("cloud.home")]
    [InlineData("cloud.home.arpa")]
    [InlineData("Cloud.Home.")]
    [InlineData("127.0.0.1:8123")]
    public async Task Our_own_names_and_address_are_accepted(string host)
    {
        await using var home = await WebHome.StartAsync();
        using var browser = home.Stranger();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
        request.Headers.Host = host;
        (await browser.SendAsync(request)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("192.168.1.7", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:192.168.1.7", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd12::1", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("172.32.0.1", false)]
    [InlineData("2001:db8::1", false)]
    public async Task Only_the_LAN_may_connect(string address, bool allowed)
    {
        var passed = false;
        Task Pass(HttpContext _)
        {
            passed = true;
            return Task.CompletedTask;
        }

        var middleware = new LanOnlyMiddleware(Pass, new WebOptions(), TimeProvider.System, NullLogger<LanOnlyMiddleware>.Instance);
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        await middleware.InvokeAsync(context);
        passed.Should().Be(allowed);
        if (!allowed)
            context.Response.StatusCode.Should().Be(StatusCodes.Status403Forbidden);
    }

    [Fact]
    public async Task However_many_are_refused_the_log_gets_one_line_a_minute()
    {
        var clock = new ManualClock();
        var log = new CollectedLog<LanOnlyMiddleware>();
        var middleware = new LanOnlyMiddleware(_ => Task.CompletedTask, new WebOptions(), clock, log);
        async Task RefuseAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var context = new DefaultHttpContext();
                context.Connection.RemoteIpAddress = IPAddress.Parse($"8.8.8.{i}");
                await middleware.InvokeAsync(context);
            }
        }

        await RefuseAsync(50);
        log.Messages.Should().ContainSingle().Which.Should().Contain("8.8.8.0").And.Contain("--web-allow");
        clock.Advance(TimeSpan.FromSeconds(59));
        await RefuseAsync(50);
        log.Messages.Should().HaveCount(1);
        clock.Advance(TimeSpan.FromSeconds(1));
        await RefuseAsync(50);
        log.Messages.Should().HaveCount(2);
    }

    [Fact(Timeout = Limit)]
    public async Task A_stranger_cannot_fill_the_log()
    {
        const int Tries = 50;
        var log = new CollectedLog<SafetyTests>();
        await using var home = await WebHome.StartAsync(services => services.AddLogging(logging => logging.ClearProviders().AddProvider(new OneLog(log))));
        using var stranger = home.Stranger();
        for (var i = 0; i < Tries; i++)
        {
            foreach (var request in (HttpRequestMessage[])[new(HttpMethod.Post, "/nothing"), new(HttpMethod.Get, "/sign-in"), new(HttpMethod.Get, "/setup"), new(HttpMethod.Put, "/api/v1/names/x"), new(HttpMethod.Get, "/%ff")])
            {
                request.Headers.TryAddWithoutValidation("Cookie", "homecloud=x; homecloud-form=y");
                request.Headers.TryAddWithoutValidation("X-HomeCloud-Form", "z");
                request.Headers.TryAddWithoutValidation("Origin", "http://evil.example");
                using (request)
                using (await stranger.SendAsync(request))
                {
                }
            }
        }

        log.Messages.Count.Should().BeLessThan(Tries / 10, string.Join('\n', log.Messages.Distinct()));
    }

    private sealed class OneLog(ILogger log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
        }
    }
}
