using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>Whatever stands in the path, the query or the headers, by whomever it is sent: an answer, never 500, and the next one is answered too.</summary>
public sealed class FuzzedRequestsTests
{
    private const int Limit = 300_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly string[] Texts =
    [
        "", ".", "..", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%00", "%0d%0aX-Injected:%201", "%ff%fe", "%c0%ae", "%ud800", "%25", "%", "%f0%9f%98%80", "%e2%80%ae",
        "a%2fb", "a%5cb", "%20", "*", "'%22%3c%3e", "[1]", "-1", "0", "1e9", "99999999999999999999", "true", "null", "name", "name.home.", new('a', 64), new('a', 4000), "xn--", "xn--a%cc%81",
        "a.b.c.d", "..a", "--help", "-", "a;b", "a,b", "%2500", "+",
    ];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("Accept", "text/html;q=9999, */*;q=-1"), ("Accept", "\u0001"), ("Accept-Encoding", "gzip;q=, identity;q=0, *;q=0"), ("Accept-Language", "-,;"), ("Authorization", "Bearer"), ("Authorization", "Bearer \u00ff"),
        ("Authorization", "Basic Og=="), ("Authorization", new string('a', 8000)), ("Connection", "Upgrade, close, , x"), ("Content-Encoding", "gzip"), ("Content-Length", "-1"), ("Content-Length", "99999999999999999999"),
        ("Content-Type", "application/json; charset=none"), ("Content-Type", "multipart/form-data"), ("Content-Type", "multipart/form-data; boundary=" + new string('b', 300)), ("Content-Type", "/"), ("Content-Type", ""),
        ("Cookie", "homecloud=x; homecloud-form=y"), ("Cookie", "homecloud=chunks-2147483647"), ("Cookie", "homecloud=chunks--1"), ("Cookie", "=;=;;;\u00ff"), ("Cookie", string.Concat(Enumerable.Repeat("a=b; ", 1500))),
        ("Date", "never"), ("Expect", "100-continue"), ("Expect", "x"), ("Forwarded", "for=\"[::\""), ("Host", ""), ("Host", "cloud.home:0"), ("Host", "[::1"), ("Host", "cloud.home:99999"), ("Host", "\u00ff"), ("Host", "a, b"),
        ("If-Match", "*"), ("If-Match", "\""), ("If-Modified-Since", "x"), ("If-None-Match", "W/"), ("If-Range", "\"x\""), ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"), ("Last-Event-ID", "\u0000x"),
        ("Origin", "null"), ("Origin", "http://[::"), ("Range", "bytes=0-0,-1,5-3"), ("Range", "bytes=-99999999999999999999"), ("Referer", "::"), ("TE", "trailers, deflate;q=0.5"), ("Trailer", "x"), ("Transfer-Encoding", "chunked, chunked"),
        ("Transfer-Encoding", "gzip"), ("Upgrade", "h2c"), ("Upgrade", "websocket"), ("User-Agent", ""), ("User-Agent", "\u00ff\u009b31m"), ("X-Forwarded-For", "::::, x"), ("X-Forwarded-Host", "evil"), ("X-Forwarded-Proto", "javascript"),
        ("X-HomeCloud-Form", "x"), ("X-HTTP-Method-Override", "DELETE"), ("A b", "c"), ("", "x"), ("X", "a\r\n b"),
    ];

    /// <summary>By the one who is let in: what is behind the door is asked too.</summary>
    [Fact(Timeout = Limit)]
    public async Task No_path_and_no_query_gives_500()
    {
        await using var home = await WebHome.StartAsync();
        using var local = home.OverSocket();
        using var document = JsonDocument.Parse(await local.GetStringAsync("/api/v1/openapi.json"));
        List<string> wrong = [];
        var sent = 0;
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var queries = operation.Value.TryGetProperty("parameters", out var parameters)
                    ? parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query").Select(p => p.GetProperty("name").GetString()!).ToArray()
                    : [];
                foreach (var target in Targets(path.Name, queries))
                {
                    var status = await AskAsync(home, $"{operation.Name.ToUpperInvariant()} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}", overSocket: true);
                    sent++;
                    if (status is 0 or >= 500)
                        wrong.Add($"{status} {operation.Name} {target[..Math.Min(target.Length, 100)]}");
                }
            }
        }

        wrong.Should().BeEmpty();
        sent.Should().BeGreaterThan(1000, "every place in every path and every query gets every text");
        (await local.GetAsync("/api/v1/status")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_header_gives_500(bool overSocket)
    {
        await using var home = await WebHome.StartAsync();
        List<string> wrong = [];
        foreach (var (method, target) in ((string, string)[])[("GET", "/"), ("GET", "/sign-in"), ("GET", "/assets/app.js"), ("GET", "/servers/a"), ("GET", "/api/v1/servers"), ("POST", "/api/v1/servers"), ("POST", "/api/v1/session"), ("PUT", "/api/v1/names/a"), ("DELETE", "/api/v1/keys?key=a"), ("POST", "/nothing")])
        {
            foreach (var (name, value) in Headers)
            {
                string[] usual = ["Host: cloud.home", "Content-Type: application/json", "Content-Length: 2", "Connection: close"];
                var lines = usual.Where(line => !line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase) || name.Length == 0).Append($"{name}: {value}");
                var status = await AskAsync(home, $"{method} {target} HTTP/1.1\r\n{string.Join("\r\n", lines)}\r\n\r\n{{}}", overSocket);
                if (status is 0 or >= 500)
                    wrong.Add($"{status} {method} {target} {name}: {value[..Math.Min(value.Length, 60)]}");
            }
        }

        wrong.Should().BeEmpty();
        using var local = home.OverSocket();
        (await local.GetAsync("/api/v1/status")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/sign-in?ReturnUrl=//evil.example/")]
    [InlineData("/sign-in?ReturnUrl=%0d%0aX-Injected:1")]
    [InlineData("/servers/%0d%0aX-Injected:1")]
    [InlineData("//evil.example/")]
    [InlineData("/%5cevil.example")]
    public async Task No_address_line_leads_elsewhere_or_adds_a_header(string target)
    {
        await using var home = await WebHome.StartAsync();
        using var stranger = home.Stranger();
        using var response = await stranger.GetAsync(new Uri(home.Url.GetLeftPart(UriPartial.Authority) + target));
        response.Headers.Should().NotContain(header => header.Key.StartsWith("X-Injected", StringComparison.OrdinalIgnoreCase));
        (response.Headers.Location ?? home.Url).Authority.Should().Be(home.Url.Authority);
    }

    private static IEnumerable<string> Targets(string path, IReadOnlyList<string> queries)
    {
        var (rest, places) = (Regex.Replace(path, @"\{\w+\}", "a"), Regex.Count(path, @"\{\w+\}"));
        foreach (var text in Texts)
        {
            if (places > 0)
                yield return Regex.Replace(path, @"\{\w+\}", text.Replace("$", "$$", StringComparison.Ordinal));
            foreach (var query in queries)
                yield return $"{rest}?{query}={text}";
            yield return $"{rest}?{text}={text}&{text}";
        }

        foreach (var query in queries)
            yield return $"{rest}?{query}=1&{query}=2&{query.ToUpperInvariant()}=x";
    }

    /// <returns>The status; 0 when there was no answer.</returns>
    private static async Task<int> AskAsync(WebHome home, string request, bool overSocket)
    {
        using var socket = overSocket ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var deadline = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(overSocket ? new UnixDomainSocketEndPoint(home.Socket) : new IPEndPoint(IPAddress.Loopback, home.Url.Port), deadline.Token);
        await socket.SendAsync(Encoding.Latin1.GetBytes(request), deadline.Token);
        var buffer = new byte[4096];
        var length = 0;
        while (length < 12 && await socket.ReceiveAsync(buffer.AsMemory(length), deadline.Token) is var got and > 0)
            length += got;
        return length >= 12 && int.TryParse(Encoding.ASCII.GetString(buffer, 9, 3), out var status) ? status : 0;
    }
}
