using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Tests.Agent.Reconciliation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>A cookie that somebody copied is worth nothing once its owner signed out, the password changed, or its time is over.</summary>
public sealed class SessionTests : IDisposable
{
    private const int Limit = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-sessions").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = Limit)]
    public async Task Signing_out_ends_every_copy_of_the_cookie_and_what_it_follows()
    {
        await using var home = await WebHome.StartAsync();
        var (browser, thief) = await WithThiefAsync(home);
        using var stream = await FollowAsync(thief);

        (await browser.DeleteAsync("/api/v1/session")).StatusCode.Should().Be(HttpStatusCode.NoContent);

        await EndsAsync(stream);
        (await thief.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact(Timeout = Limit)]
    public async Task A_new_password_ends_all_other_sessions_and_their_streams()
    {
        await using var home = await WebHome.StartAsync();
        var (browser, _) = await WithThiefAsync(home);
        using var other = home.Stranger();
        await WebHome.TakeFormTokenAsync(other, "/sign-in");
        (await other.PostAsJsonAsync("/api/v1/session", new { password = WebHome.Password })).StatusCode.Should().Be(HttpStatusCode.NoContent);
        using var stream = await FollowAsync(other);

        (await browser.PutAsJsonAsync("/api/v1/password", new { current = "wrong", password = "another good one" })).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await browser.PutAsJsonAsync("/api/v1/password", new { current = WebHome.Password, password = "short" })).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await other.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.OK, "nothing has changed yet");
        (await browser.PutAsJsonAsync("/api/v1/password", new { current = WebHome.Password, password = "another good one" })).StatusCode.Should().Be(HttpStatusCode.NoContent);

        await EndsAsync(stream);
        (await other.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await browser.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.OK, "who changed it goes on");
    }

    [Fact(Timeout = Limit)]
    public async Task The_password_changes_for_a_signed_in_browser_only()
    {
        await using var home = await WebHome.StartAsync();
        using var socket = home.OverSocket();
        (await socket.PutAsJsonAsync("/api/v1/password", new { current = "", password = "another good one" })).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact(Timeout = Limit)]
    public async Task Sessions_are_listed_without_their_secrets_and_one_can_be_ended()
    {
        await using var home = await WebHome.StartAsync();
        var (browser, thief) = await WithThiefAsync(home);
        using var phone = home.Stranger();
        phone.DefaultRequestHeaders.UserAgent.ParseAdd("Phone/1.0");
        await WebHome.TakeFormTokenAsync(phone, "/sign-in");
        await phone.PostAsJsonAsync("/api/v1/session", new { password = WebHome.Password });
        using var stream = await FollowAsync(phone);

        var all = await browser.GetFromJsonAsync<JsonElement>("/api/v1/sessions");
        all.GetArrayLength().Should().Be(2);
        var its = all.EnumerateArray().Single(s => s.GetProperty("browser").GetString() == "Phone/1.0");
        its.GetProperty("from").GetString().Should().Be("127.0.0.1");
        all.EnumerateArray().Single(s => s.GetProperty("current").GetBoolean()).GetProperty("id").GetString().Should().NotBe(its.GetProperty("id").GetString());
        (await browser.DeleteAsync($"/api/v1/sessions/{its.GetProperty("id").GetString()}")).StatusCode.Should().Be(HttpStatusCode.NoContent);

        await EndsAsync(stream);
        (await phone.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await browser.DeleteAsync("/api/v1/sessions/none")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await thief.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.OK);
        File.ReadAllText(Path.Combine(home.Folder, "web", "sessions.json")).Should().NotContain("secret");
        File.GetUnixFileMode(Path.Combine(home.Folder, "web", "sessions.json")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact(Timeout = Limit)]
    public async Task A_session_ends_after_a_month_though_it_is_used_and_so_does_its_stream()
    {
        var clock = new ManualClock();
        await using var home = await WebHome.StartAsync(services => services.Replace(ServiceDescriptor.Singleton(provider =>
            new SessionBook(Path.Combine(_folder, "sessions.json"), provider.GetRequiredService<PasswordBook>(), clock))));
        using var browser = await home.SignedInAsync();
        using var stream = await FollowAsync(browser);
        for (var day = 0; day < 29; day++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            (await browser.GetAsync("/api/v1/status")).StatusCode.Should().Be(HttpStatusCode.OK, $"on day {day} it is used");
        }

        clock.Advance(TimeSpan.FromDays(2));
        await EndsAsync(stream);
        (await browser.GetAsync("/api/v1/status")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public void Who_signs_in_while_the_password_changes_is_not_in_with_the_old_one()
    {
        var passwords = new PasswordBook(Path.Combine(_folder, "password.json"));
        passwords.TrySet(WebHome.Password).Should().BeTrue();
        var checkedWith = passwords.Stamp;
        passwords.TrySet("another good one").Should().BeTrue();
        using var book = new SessionBook(Path.Combine(_folder, "sessions.json"), passwords, TimeProvider.System);

        book.Use(Session.IdOf(book.Begin("192.168.1.7", "x", checkedWith))).Should().BeNull();
        book.Use(Session.IdOf(book.Begin("192.168.1.7", "x", passwords.Stamp))).Should().NotBeNull();
    }

    [Fact]
    public void Unused_for_a_week_it_ends_and_a_restart_neither_ends_nor_prolongs_it()
    {
        var clock = new ManualClock();
        var passwords = new PasswordBook(Path.Combine(_folder, "password.json"));
        SessionBook Book() => new(Path.Combine(_folder, "sessions.json"), passwords, clock);
        string id;
        using (var book = Book())
            id = Session.IdOf(book.Begin("192.168.1.7", "x", passwords.Stamp));

        clock.Advance(TimeSpan.FromDays(6));
        using (var book = Book())
            book.Use(id).Should().NotBeNull();

        clock.Advance(TimeSpan.FromDays(6));
        using (var book = Book())
        {
            book.Use(id).Should().NotBeNull("it was used six days ago");
            clock.Advance(TimeSpan.FromDays(7));
            book.Use(id).Should().BeNull();
            book.All().Should().BeEmpty();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_revoked_token_ends_what_it_follows()
    {
        await using var home = await WebHome.StartAsync();
        using var local = home.OverSocket();
        var made = await (await local.PostAsJsonAsync("/api/v1/tokens", new { name = "script" })).Content.ReadFromJsonAsync<JsonElement>();
        using var script = home.WithToken(made.GetProperty("token").GetString()!);
        using var stream = await FollowAsync(script);
        await local.DeleteAsync("/api/v1/tokens/script");
        await EndsAsync(stream);
    }

    /// <summary>A signed-in browser, and somebody who has a copy of its cookie.</summary>
    private static async Task<(HttpClient Browser, HttpClient Thief)> WithThiefAsync(WebHome home)
    {
        var key = home.Services.GetRequiredService<SetupLink>().Make();
        var cookies = new CookieContainer();
        var browser = new HttpClient(new SocketsHttpHandler { UseProxy = false, CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = home.Url };
        await WebHome.TakeFormTokenAsync(browser, "/setup");
        (await browser.PostAsJsonAsync("/api/v1/setup", new { password = WebHome.Password, key })).EnsureSuccessStatusCode();
        await WebHome.TakeFormTokenAsync(browser, "/");
        var thief = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = home.Url };
        thief.DefaultRequestHeaders.Add("Cookie", cookies.GetCookieHeader(home.Url));
        (await thief.GetAsync("/api/v1/servers")).StatusCode.Should().Be(HttpStatusCode.OK, "the copy works as long as the session does");
        return (browser, thief);
    }

    private static async Task<StreamReader> FollowAsync(HttpClient client)
    {
        var reader = new StreamReader(await client.GetStreamAsync("/api/v1/events"));
        (await reader.ReadLineAsync().WaitAsync(Patience)).Should().Be("event: servers");
        return reader;
    }

    /// <summary>Whether it ends in order or breaks off, nothing more comes.</summary>
    private static async Task EndsAsync(StreamReader stream)
    {
        try
        {
            while (await stream.ReadLineAsync().WaitAsync(Patience) is not null)
            {
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            // Broken off.
        }
    }
}
