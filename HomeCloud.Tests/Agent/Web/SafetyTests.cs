using System.Net;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Agent.Reconciliation;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Agent.Web;

[SupportedOSPlatform("linux")]
public class SafetyTests
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [InlineData("/api/v1/servers")]
    [InlineData("/api/v1/events")]
    [InlineData("/api/v1/openapi.json")]
    [InlineData("/api/v1/dns/queries")]
    public async Task Without_a_session_nothing_is_told(string path)
    {
        await using var home = await WebHome.StartAsync();
        using var stranger = home.Stranger();
        (await stranger.GetAsync(path)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_session_a_page_leads_to_the_sign_in()
    {
        await using var home = await WebHome.StartAsync();
        using var stranger = home.Stranger();
        var response = await stranger.GetAsync("/");
        response.StatusCode.Should().Be(HttpStatusCode.Redirect);
        response.Headers.Location!.ToString().Should().Contain("/sign-in");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_session_nothing_is_done_either()
    {
        await using var home = await WebHome.StartAsync();
        using var stranger = home.Stranger();
        (await stranger.PostAsJsonAsync("/api/v1/servers", new { name = "x" })).StatusCode.Should().BeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);
        (await stranger.PostAsync("/api/v1/setup-link", null)).StatusCode.Should().BeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);
        home.Engine.Plans.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_lets_scripts_in_and_a_wrong_or_revoked_one_does_not()
    {
        await using var home = await WebHome.StartAsync();
        using var local = home.OverSocket();
        var made = await (await local.PostAsJsonAsync("/api/v1/tokens", new { name = "script" })).Content.ReadFromJsonAsync<JsonElement>();
        var token = made.GetProperty("token").GetString()!;

        using var script = home.WithToken(token);
        (await script.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await WebHome.CreateAsync(script, new { name = "box" })).GetProperty("state").GetString().Should().Be("succeeded");
        (await script.GetStringAsync("/api/v1/tokens")).Should().NotContain(token);
        using var wrong = home.WithToken(token[..^1] + (token[^1] == '0' ? '1' : '0'));
        (await wrong.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        await local.DeleteAsync("/api/v1/tokens/script");
        (await script.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact(Timeout = Limit)]
    public async Task The_setup_link_works_once_and_the_session_is_a_strict_cookie()
    {
        await using var home = await WebHome.StartAsync();
        var key = home.Services.GetRequiredService<SetupLink>().Make();
        using var browser = home.Stranger();
        await WebHome.TakeFormTokenAsync(browser, "/setup");

        (await browser.PostAsJsonAsync("/api/v1/setup", new { password = WebHome.Password, key = "0000" })).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await browser.PostAsJsonAsync("/api/v1/setup", new { password = "short", key })).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var set = await browser.PostAsJsonAsync("/api/v1/setup", new { password = WebHome.Password, key });
        set.StatusCode.Should().Be(HttpStatusCode.NoContent);
        var cookie = set.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("homecloud=", StringComparison.Ordinal));
        cookie.Should().ContainEquivalentOf("httponly").And.ContainEquivalentOf("samesite=strict");
        (await browser.PostAsJsonAsync("/api/v1/setup", new { password = WebHome.Password, key })).IsSuccessStatusCode.Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task Of_several_with_one_setup_link_at_once_one_sets_the_password()
    {
        await using var home = await WebHome.StartAsync();
        var key = home.Services.GetRequiredService<SetupLink>().Make();
        var browsers = new List<HttpClient>();
        for (var i = 1; i <= 4; i++)
        {
            browsers.Add(home.From($"127.0.0.{i}"));
            await WebHome.TakeFormTokenAsync(browsers[^1], "/setup");
        }

        var answers = await Task.WhenAll(browsers.Select((browser, i) => browser.PostAsJsonAsync("/api/v1/setup", new { password = $"correct horse {i}", key })));

        answers.Select(a => a.StatusCode).Should().ContainSingle(s => s == HttpStatusCode.NoContent);
        answers.Select(a => a.StatusCode).Where(s => s != HttpStatusCode.NoContent).Should().OnlyContain(s => s == HttpStatusCode.Unauthorized);
        var first = browsers[Array.FindIndex(answers, a => a.StatusCode == HttpStatusCode.NoContent)];
        (await first.GetAsync("/api/v1/status")).StatusCode.Should().Be(HttpStatusCode.OK);
        browsers.ForEach(b => b.Dispose());
    }

    [Fact(Timeout = Limit)]
    public async Task A_forged_request_is_refused_even_with_the_session()
    {
        await using var home = await WebHome.StartAsync();
        using var browser = await home.SignedInAsync();
        (await WebHome.CreateAsync(browser, new { name = "mine" })).GetProperty("state").GetString().Should().Be("succeeded");

        using var foreign = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/servers/mine");
        foreign.Headers.Add("Origin", "http://evil.example");
        (await browser.SendAsync(foreign)).StatusCode.Should().Be(HttpStatusCode.Forbidden);

        browser.DefaultRequestHeaders.Remove(ForgeryMiddleware.HeaderName);
        (await browser.DeleteAsync("/api/v1/servers/mine")).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        browser.DefaultRequestHeaders.Add(ForgeryMiddleware.HeaderName, "made-up");
        (await browser.DeleteAsync("/api/v1/servers/mine")).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        home.Engine.Containers.Should().HaveCount(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Guessing_passwords_is_slowed_down()
    {
        await using var home = await WebHome.StartAsync();
        (await home.SignedInAsync()).Dispose();
        using var guesser = home.Stranger();
        await WebHome.TakeFormTokenAsync(guesser, "/sign-in");
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 10; i++)
            answers.Add((await guesser.PostAsJsonAsync("/api/v1/session", new { password = $"guess {i}" })).StatusCode);

        answers.Should().Contain(HttpStatusCode.Unauthorized).And.EndWith(HttpStatusCode.TooManyRequests).And.NotContain(HttpStatusCode.NoContent);
    }

    [Fact(Timeout = Limit)]
    public async Task Every_answer_forbids_foreign_script_and_frames()
    {
        await using var home = await WebHome.StartAsync();
        using var browser = home.Stranger();
        var response = await browser.GetAsync("/sign-in");
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy.Should().Contain("default-src 'none'").And.Contain("script-src 'self'").And.Contain("frame-ancestors 'none'").And.NotContain("unsafe");
        response.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        var html = await response.Content.ReadAsStringAsync();
        html.Should().NotContain("<style").And.NotContain(" style=").And.NotContain("onclick=");
    }

    [Fact(Timeout = Limit)]
    public async Task A_hostile_name_in_the_address_line_stays_text()
    {
        await using var home = await WebHome.StartAsync();
        using var browser = await home.SignedInAsync();
        var html = await (await browser.GetAsync("/servers/%3Cscript%3Ealert(1)%3C%2Fscript%3E")).Content.ReadAsStringAsync();
        html.Should().NotContain("<script>alert").And.Contain("&lt;script&gt;");
    }

    [Fact(Timeout = Limit)]
    [Trait("Category", "Slow")]
    public async Task The_socket_belongs_to_its_group_and_others_are_kept_out()
    {
        // Only root may give a file away; "daemon" is a group of every Debian.
        await using var home = await WebHome.StartAsync(web: options => options.ControlGroup = "daemon");
        File.SetUnixFileMode(home.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        (await Command.RunAsync(["stat", "--format", "%U %G %a", home.Socket])).OrFail().Output.Trim().Should().Be("root daemon 660");
        var asMember = await Command.RunAsync(["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--groups", "daemon", "curl", "--silent", "--fail", "--unix-socket", home.Socket, "http://agent/api/v1/status"]);
        var asNobody = await Command.RunAsync(["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "curl", "--silent", "--fail", "--unix-socket", home.Socket, "http://agent/api/v1/status"]);
        (asMember.ExitCode, asNobody.ExitCode).Should().Be((0, 7), "curl's 7 is: could not connect");
    }

    [Fact(Timeout = Limit)]
    public async Task Files_with_secrets_are_for_their_owner_only_and_hold_no_plain_secret()
    {
        await using var home = await WebHome.StartAsync();
        (await home.SignedInAsync()).Dispose();
        var file = Path.Combine(Path.GetDirectoryName(home.Socket)!, "web", "password.json");
        File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await File.ReadAllTextAsync(file)).Should().NotContain(WebHome.Password);
        File.GetUnixFileMode(home.Socket).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }

    [Fact]
    public void The_setup_link_by_address_comes_first_because_names_may_not_work_yet()
    {
        var options = new WebOptions { Listen = { IPEndPoint.Parse("192.168.1.53:80") } };
        new SetupLink(options, TimeProvider.System).Urls("key").Should().Equal("http://192.168.1.53/setup#key", "http://cloud.home/setup#key");
    }

    [Fact]
    public void A_setup_link_lives_a_day_whatever_the_clock_is_set_to()
    {
        var clock = new ManualClock();
        var link = new SetupLink(new WebOptions(), clock);
        var key = link.Make();
        clock.JumpWallClock(TimeSpan.FromDays(1000));
        link.IsValid(key).Should().BeTrue("NTP came after the start of a board without a clock");
        clock.JumpWallClock(-TimeSpan.FromDays(2000));
        clock.Advance(TimeSpan.FromHours(25));
        link.IsValid(key).Should().BeFalse();
    }
}
