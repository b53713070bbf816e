using System.Collections.Immutable;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Agent.Web.Terminals;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Agent.Servers.Engine;
using HomeCloud.Tests.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>Shells over a WebSocket: who gets one, how many, and when it ends.</summary>
public sealed class TerminalTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task What_is_typed_goes_there_what_is_shown_comes_back_and_the_history_says_who_but_not_what()
    {
        await using var home = await HomeAsync();
        using var line = await OpenAsync(home, "box", "?columns=100&rows=30");
        (await NewsAsync(line)).Should().Be(("open", "bash"));
        (await TypeUntilAsync(line, "hostname\r", "box\r\n")).Should().Contain("hostname");
        await SendAsync(line, """{"columns": 132, "rows": 43}""");
        await TypeUntilAsync(line, "size\r", "43 132\r\n");
        await SendAsync(line, "{nonsense", new string('x', 10_000), """{"columns": -5, "rows": 99999999}""", "[]", "null", """{"shown": -9223372036854775808}""");
        await TypeUntilAsync(line, "size\r", "1000 1\r\n");
        await line.SendAsync(Encoding.UTF8.GetBytes("exit\r"), WebSocketMessageType.Binary, true, Deadline.Token);
        (await NewsAsync(line)).Should().Be(("end", "The shell has ended, exit code 0."));

        await Deadline.UntilAsync(() => History(home).Count == 2, "both ends are written down");
        History(home).Should().AllSatisfy(l => l.By.Should().StartWith("token "));
        History(home)[1].Detail.Should().Be("bash");
        History(home)[0].Detail.Should().Be("after 0 min: the shell has ended, exit code 0");
        (await File.ReadAllTextAsync(Path.Combine(home.Folder, "history.jsonl"))).Should().NotContain("hostname");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_session_a_token_or_from_another_site_nobody_gets_one()
    {
        await using var home = await HomeAsync();
        using var browser = await home.SignedInAsync();
        (await RefusedAsync(home, null, home.Url.GetLeftPart(UriPartial.Authority))).Should().Be(HttpStatusCode.Unauthorized);
        var cookie = await CookieAsync(home);
        (await RefusedAsync(home, cookie, "http://evil.example")).Should().Be(HttpStatusCode.Forbidden);
        (await RefusedAsync(home, cookie, "null")).Should().Be(HttpStatusCode.Forbidden);
        (await RefusedAsync(home, cookie, null)).Should().Be(HttpStatusCode.Forbidden, "a browser always says where it comes from");
        home.Engine.Terminals.Should().BeEmpty();

        using var ours = await ConnectAsync(home, cookie, home.Url.GetLeftPart(UriPartial.Authority));
        (await NewsAsync(ours)).Should().Be(("open", "bash"));
    }

    [Fact(Timeout = Limit)]
    public async Task It_ends_with_the_session_that_opened_it()
    {
        await using var home = await HomeAsync();
        using var browser = await home.SignedInAsync();
        using var line = await ConnectAsync(home, await CookieAsync(home), home.Url.GetLeftPart(UriPartial.Authority));
        (await NewsAsync(line)).Type.Should().Be("open");
        foreach (var session in home.Services.GetRequiredService<SessionBook>().All())
            home.Services.GetRequiredService<SessionBook>().Stop(session.Id);

        (await NewsAsync(line)).Should().Be(("end", "The session has ended."));
        await Deadline.UntilAsync(() => home.Engine.Terminals.Single().IsClosed, "the shell is ended too");
    }

    [Fact(Timeout = Limit)]
    public async Task The_shell_ends_with_the_page_and_when_nothing_is_typed_for_an_hour()
    {
        var clock = new ManualClock();
        await using var home = await HomeAsync(clock);
        using var line = await OpenAsync(home, "box");
        await NewsAsync(line);
        clock.Advance(TimeSpan.FromMinutes(59));
        await TypeUntilAsync(line, "hostname\r", "box\r\n");
        clock.Advance(TimeSpan.FromMinutes(59));
        await TypeUntilAsync(line, "hostname\r", "box\r\n");
        clock.Advance(TimeSpan.FromMinutes(61));
        (await NewsAsync(line)).Should().Be(("end", "Nothing was typed for 60 min."));

        using var other = await OpenAsync(home, "box");
        await NewsAsync(other);
        other.Abort();
        await Deadline.UntilAsync(() => home.Engine.Terminals.All(t => t.IsClosed), "a page that is gone leaves no shell");
        await Deadline.UntilAsync(() => History(home).Any(l => l.Detail.EndsWith("the page was closed", StringComparison.Ordinal)), "and it is written down");
    }

    [Fact(Timeout = Limit)]
    public async Task There_are_so_many_for_one_caller_and_so_many_in_all()
    {
        await using var home = await HomeAsync();
        var open = new List<ClientWebSocket>();
        for (var caller = 0; caller < TerminalDesk.Most / TerminalDesk.MostOfOne; caller++)
        {
            var token = Token(home, $"script{caller}");
            for (var i = 0; i < TerminalDesk.MostOfOne; i++)
            {
                open.Add(await OpenAsync(home, "box", token: token));
                (await NewsAsync(open[^1])).Type.Should().Be("open");
            }

            using var more = await OpenAsync(home, "box", token: token);
            (await NewsAsync(more)).Should().Be(("problem", "4 terminals are open already. Close one of them."));
        }

        var last = Token(home, "last");
        using (var none = await OpenAsync(home, "box", token: last))
            (await NewsAsync(none)).Should().Be(("problem", "16 terminals are open already, here and elsewhere. Close one of them."));
        open[0].Abort();
        await Deadline.UntilAsync(() => home.Engine.Terminals.Count(t => t.IsClosed) == 1, "one has ended");
        await Deadline.UntilAsync(() => History(home).Any(l => l.Kind == HistoryKind.TerminalClosed), "its place is free");
        for (var type = ""; type != "open";)
        {
            using var again = await OpenAsync(home, "box", token: last);
            type = (await NewsAsync(again)).Type;
        }

        open.ForEach(line => line.Dispose());
    }

    [Theory(Timeout = Limit)]
    [InlineData("dns", "dns is part of HomeCloud itself (dns). Use docker compose in the folder of its compose file.")]
    [InlineData("off", "off does not run. Start it first.")]
    [InlineData("nobody", "There is no server named nobody. homecloud ls lists all servers.")]
    public async Task Where_there_is_none_it_says_why(string server, string expected)
    {
        await using var home = await HomeAsync();
        home.Engine.Add(new ContainerFacts { Id = new string('2', 64), Name = "dns", Life = ContainerLife.Running, Labels = ImmutableDictionary<string, string>.Empty.Add(HomeCloudLabels.Role, "dns") });
        home.Engine.Add(new ContainerFacts { Id = new string('3', 64), Name = "off", Life = ContainerLife.Exited });
        using var line = await OpenAsync(home, server);
        (await NewsAsync(line)).Should().Be(("problem", expected));
        home.Engine.Terminals.Should().BeEmpty();
        History(home).Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_box_without_a_shell_says_so_and_an_option_turns_all_off()
    {
        await using (var home = await HomeAsync())
        {
            home.Engine.ShellRefusal = new ServerProblem(ProblemCode.InvalidRequest, "The server has neither bash nor sh.");
            using var line = await OpenAsync(home, "box");
            (await NewsAsync(line)).Should().Be(("problem", "The server has neither bash nor sh."));
        }

        await using var off = await WebHome.StartAsync(web: options => options.Terminal = false);
        off.Engine.Add(new ContainerFacts { Id = new string('1', 64), Name = "box", Life = ContainerLife.Running });
        using (var line = await OpenAsync(off, "box"))
            (await NewsAsync(line)).Should().Be(("problem", "Terminals are turned off. The agent's option --terminal allows them."));
        using var browser = await off.SignedInAsync();
        (await browser.GetStringAsync("/servers/box")).Should().NotContain("id=\"terminal\"");
        (await browser.GetAsync("/servers/box/terminal")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task A_screen_that_does_not_keep_up_holds_the_shell_back()
    {
        await using var home = await HomeAsync();
        using var line = await OpenAsync(home, "box");
        await NewsAsync(line);
        await line.SendAsync(Encoding.UTF8.GetBytes("flood\r"), WebSocketMessageType.Binary, true, Deadline.Token);
        var got = 0L;
        var buffer = new byte[1 << 16];
        while (got < 512 << 10)
            got += (await line.ReceiveAsync(buffer, Deadline.Token)).Count;

        // Nothing more comes until it was shown; the agent has not even read it.
        home.Engine.Terminals.Single().Taken.Should().BeLessThan(600 << 10);
        while (got < FakeTerminal.Flood)
        {
            await SendAsync(line, $$"""{"shown": {{256 << 10}}}""");
            for (var until = Math.Min(got + (128 << 10), FakeTerminal.Flood); got < until;)
                got += (await line.ReceiveAsync(buffer, Deadline.Token)).Count;
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Over_HTTP_2_it_begins_with_CONNECT_and_needs_the_same()
    {
        await using var home = await WebHome.StartAsync(web: options => options.ListenTls.Add(new IPEndPoint(IPAddress.Loopback, 0)));
        home.Engine.Add(new ContainerFacts { Id = new string('1', 64), Name = "box", Life = ContainerLife.Running });
        using var browser = await home.SignedInAsync();
        var cookie = await CookieAsync(home);
        using var made = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(home.Folder, "web", "certificate.pem"));
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, SslOptions = new() { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == made.Thumbprint } });
        async Task<ClientWebSocket> ConnectAsync(string origin)
        {
            var socket = new ClientWebSocket { Options = { HttpVersion = HttpVersion.Version20, HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact, CollectHttpResponseDetails = true } };
            socket.Options.SetRequestHeader("Cookie", cookie);
            socket.Options.SetRequestHeader("Origin", origin);
            try
            {
                await socket.ConnectAsync(new Uri($"wss://{home.TlsUrl!.Authority}/api/v1/servers/box/terminal"), invoker, Deadline.Token);
            }
            catch (WebSocketException)
            {
                // Its status says why.
            }

            return socket;
        }

        using (var foreign = await ConnectAsync("https://evil.example"))
            foreign.HttpStatusCode.Should().Be(HttpStatusCode.Forbidden);
        using var ours = await ConnectAsync(home.TlsUrl!.GetLeftPart(UriPartial.Authority));
        (await NewsAsync(ours)).Should().Be(("open", "bash"));
        await TypeUntilAsync(ours, "hostname\r", "box\r\n");
    }

    private static async Task<WebHome> HomeAsync(TimeProvider? time = null)
    {
        var home = await WebHome.StartAsync(time is null ? null : services => services.AddSingleton(time));
        home.Engine.Add(new ContainerFacts { Id = new string('1', 64), Name = "box", Image = "debian", Life = ContainerLife.Running, StartedAt = DateTimeOffset.UtcNow });
        return home;
    }

    private static IReadOnlyList<HistoryLine> History(WebHome home) =>
        [.. home.Services.GetRequiredService<HistoryLog>().Newest(null, 100).Where(l => l.Kind is HistoryKind.TerminalOpened or HistoryKind.TerminalClosed)];

    private static string Token(WebHome home, string name) => home.Services.GetRequiredService<TokenBook>().Make(name)!;

    private static async Task<ClientWebSocket> OpenAsync(WebHome home, string server, string query = "", string? token = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token ?? Token(home, "t" + Guid.NewGuid().ToString("N")[..8])}");
        await socket.ConnectAsync(new Uri($"ws://{home.Url.Authority}/api/v1/servers/{server}/terminal{query}"), Deadline.Token);
        return socket;
    }

    private static async Task<ClientWebSocket> ConnectAsync(WebHome home, string? cookie, string? origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (cookie is not null)
            socket.Options.SetRequestHeader("Cookie", cookie);
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{home.Url.Authority}/api/v1/servers/box/terminal"), Deadline.Token);
        }
        catch (WebSocketException)
        {
            // Its status says why.
        }

        return socket;
    }

    private static async Task<HttpStatusCode> RefusedAsync(WebHome home, string? cookie, string? origin)
    {
        using var socket = await ConnectAsync(home, cookie, origin);
        return socket.HttpStatusCode;
    }

    /// <summary>Of another sign-in with the same password.</summary>
    private static async Task<string> CookieAsync(WebHome home)
    {
        using var browser = home.Stranger();
        await WebHome.TakeFormTokenAsync(browser, "/sign-in");
        var signedIn = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(browser, "/api/v1/session", new { password = WebHome.Password });
        return signedIn.EnsureSuccessStatusCode().Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("homecloud=", StringComparison.Ordinal)).Split(';')[0];
    }

    private static async Task SendAsync(ClientWebSocket line, params string[] texts)
    {
        foreach (var text in texts)
            await line.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Deadline.Token);
    }

    private static async Task<string> TypeUntilAsync(ClientWebSocket line, string typed, string expected)
    {
        await line.SendAsync(Encoding.UTF8.GetBytes(typed), WebSocketMessageType.Binary, true, Deadline.Token);
        var shown = "";
        var buffer = new byte[4096];
        while (!shown.Contains(expected, StringComparison.Ordinal))
        {
            var got = await line.ReceiveAsync(buffer, Deadline.Token);
            got.MessageType.Should().Be(WebSocketMessageType.Binary, shown);
            shown += Encoding.UTF8.GetString(buffer, 0, got.Count);
        }

        return shown;
    }

    /// <summary>The next text message; what is shown before it is passed over.</summary>
    private static async Task<(string Type, string Text)> NewsAsync(ClientWebSocket line)
    {
        var buffer = new byte[1 << 16];
        while (true)
        {
            var got = await line.ReceiveAsync(buffer, Deadline.Token);
            got.MessageType.Should().NotBe(WebSocketMessageType.Close);
            if (got.MessageType != WebSocketMessageType.Text)
                continue;
            var news = JsonDocument.Parse(buffer.AsMemory(0, got.Count)).RootElement;
            return (news.GetProperty("type").GetString()!, $"{news.GetProperty("text").GetString()} {news.GetProperty("fix").GetString()}".Trim());
        }
    }
}
