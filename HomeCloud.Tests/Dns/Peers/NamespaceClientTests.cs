using System.Diagnostics;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>Clients that know only resolv.conf: glibc, busybox, curl and a browser.</summary>
[Trait("Category", "Lab")]
public sealed class NamespaceClientTests(NamespaceClientTests.Home home) : IClassFixture<NamespaceClientTests.Home>
{
    private const string Outside = ClientNamespace.Outside;

    // As root, without a graphics card, and calling nobody but the page; the profile is a new one.
    private const string Browser = "chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync --dump-dom";

    [Theory(Timeout = 120_000)]
    [InlineData("getent ahosts airplay.home", Outside)]
    [InlineData("getent ahosts airplay", Outside)]
    [InlineData("getent ahosts web.example", Outside)]
    [InlineData("busybox nslookup airplay.home", Outside)]
    [InlineData("busybox nslookup web.example", Outside)]
    [InlineData("curl -sS --max-time 20 http://airplay.home:8080/", "it works")]
    [InlineData("curl -sS --max-time 20 http://web.example:8080/", "it works")]
    [InlineData("dig +short @127.0.0.1 check.home", "127.0.0.1")]
    public async Task Resolves_by_resolv_conf_alone(string command, string expected) => (await home.Namespace.RunAsync(command)).Should().Contain(expected);

    [Fact(Timeout = 180_000)]
    public async Task A_browser_opens_pages_by_name()
    {
        var browser = $"{Browser} --user-data-dir={Path.Combine(home.Namespace.Folder, "profile")}";

        (await home.Namespace.RunAsync($"{browser} http://airplay.home:8080/")).Should().Contain("it works");
        (await home.Namespace.RunAsync($"{browser} http://web.example:8080/")).Should().Contain("it works");
        (await home.Namespace.RunAsync($"{browser} http://nothing.home:8080/")).Should().NotContain("it works");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_name_that_does_not_exist_fails_at_once()
    {
        var started = Stopwatch.GetTimestamp();
        (await home.Namespace.RunAsync("getent ahosts nothing.home")).Should().BeEmpty();

        Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(4), "a client that had to wait would time out after 5 s");
    }

    public sealed class Home : IAsyncLifetime
    {
        internal ClientNamespace Namespace { get; private set; } = null!;

        public async Task InitializeAsync() => Namespace = await ClientNamespace.StartAsync(nameserver: "127.0.0.1");

        public async Task DisposeAsync() => await Namespace.DisposeAsync();
    }
}
