namespace HomeCloud.Tests.Dns.Peers;

/// <summary>As docs/dns.md says: any user with CAP_NET_BIND_SERVICE, and nothing else, answers on ports 53 and 853.</summary>
[Trait("Category", "Lab")]
public sealed class RightsTests : IAsyncLifetime
{
    private const string Nobody = "65534";
    private const string BindOnly = "0000000000000400";

    private ClientNamespace _namespace = null!;

    public async Task InitializeAsync() => _namespace = await ClientNamespace.StartAsync(nameserver: "127.0.0.1");

    public async Task DisposeAsync() => await _namespace.DisposeAsync();

    [Theory(Timeout = 120_000)]
    [InlineData("setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all,+net_bind_service --inh-caps=-all,+net_bind_service --ambient-caps=-all,+net_bind_service", false)]
    [InlineData("setpriv --reuid=65534 --regid=65534 --clear-groups", true)]
    public async Task A_user_without_any_other_right_serves_port_53(string asUser, bool byFile)
    {
        // Folders above the tests' own may be closed to others.
        var program = Path.Combine(_namespace.Folder, "opt");
        var data = Path.Combine(_namespace.Folder, "data");
        await ClientProcess.RunAsync("sh", $"-c \"chmod 755 {_namespace.Folder} && cp -r {Path.GetDirectoryName(PeerProcess.HomeCloud())} {program} && chmod -R a+rX {program} && mkdir {data} && chown {Nobody} {data}\"");
        if (byFile)
            await ClientProcess.RunAsync("setcap", $"cap_net_bind_service=+ep {program}/homecloud-dns");

        var id = _namespace.Start(asUser, $"{program}/homecloud-dns --listen 127.0.0.3:53 --listen-tls 127.0.0.3:853 --upstream 127.0.0.2 --data-dir {data}");

        await _namespace.UntilAsync("dig +time=1 +tries=1 @127.0.0.3 web.example", ClientNamespace.Outside);
        (await _namespace.RunAsync("kdig +tls @127.0.0.3 web.example")).Should().Contain(ClientNamespace.Outside);
        var status = await File.ReadAllTextAsync($"/proc/{id}/status");
        status.Should().MatchRegex($@"Uid:\s+{Nobody}\s+{Nobody}").And.Contain($"CapEff:\t{BindOnly}").And.Contain("CapPrm:\t" + BindOnly);
        (await _namespace.RunAsync($"{program}/homecloud-dns cache dump web.example --data-dir {data}")).Should().Contain("web.example. A ; NoError", "root may, besides the user");
    }
}
