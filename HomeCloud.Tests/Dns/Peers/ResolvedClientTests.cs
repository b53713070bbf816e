namespace HomeCloud.Tests.Dns.Peers;

/// <summary>Debian's systemd-resolved forwards to us, over UDP and over TLS, and glibc asks it.</summary>
[Trait("Category", "Lab")]
public sealed class ResolvedClientTests : IAsyncLifetime
{
    private const string Stub = "127.0.0.53";

    private UnpackedResolved _package = null!;
    private ClientNamespace _namespace = null!;

    public async Task InitializeAsync()
    {
        _namespace = await ClientNamespace.StartAsync(Stub, "--listen-tls 127.0.0.1:853");
        _package = await UnpackedResolved.GetAsync();
    }

    public async Task DisposeAsync()
    {
        await _namespace.DisposeAsync();
        _package.Dispose();
    }

    [Theory(Timeout = 180_000)]
    [InlineData("no", "over UDP")]
    [InlineData("opportunistic", "over TLS")]
    public async Task Resolves_through_us(string tls, string transport)
    {
        await _package.StartAsync(_namespace, "resolved.sh", $"DNSSEC=no\nDNSOverTLS={tls}");
        await _namespace.UntilAsync($"dig +time=2 +tries=1 @{Stub} airplay.home", ClientNamespace.Outside);

        (await _namespace.RunAsync($"dig @{Stub} web.example")).Should().Contain("status: NOERROR").And.Contain(ClientNamespace.Outside);
        (await _namespace.RunAsync($"dig @{Stub} nothing.home")).Should().Contain("status: NXDOMAIN");
        (await _namespace.RunAsync($"dig @{Stub} airplay.home AAAA")).Should().Contain("status: NOERROR").And.Contain("ANSWER: 0");
        (await _namespace.RunAsync($"dig @{Stub} check.home TXT")).Should().Contain(transport);
        (await _namespace.RunAsync("getent ahosts airplay.home")).Should().Contain(ClientNamespace.Outside);
        (await _namespace.RunAsync("getent ahosts web.example")).Should().Contain(ClientNamespace.Outside);
        (await _namespace.RunAsync("curl -sS --max-time 20 http://airplay.home:8080/")).Should().Contain("it works");
    }
}
