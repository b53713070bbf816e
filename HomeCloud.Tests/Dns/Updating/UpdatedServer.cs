using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Scenarios.Served;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Updating;

/// <summary>The whole server in this process, with two keys, a zone file and a delegated zone; started again, it has what the last one left.</summary>
internal sealed class UpdatedServer : IAsyncDisposable
{
    public const string Zone = "$ORIGIN example.org.\n$TTL 300\n@ SOA ns.example.com. host.example.com. 1 3600 600 86400 60\nnas A 192.0.2.1\n_acme-challenge TXT static\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-updated-").FullName;
    private ScenarioServer? _server;

    public UpdatedServer()
    {
        File.WriteAllText(PathOf("keys"), $"{Certbot.Statement}{Admin.Statement}update-policy {{ grant admin zonesub ANY; }};\n");
        File.WriteAllText(PathOf("zone"), Zone);
        File.WriteAllText(PathOf("hosts"), "192.168.1.60 box\n");
    }

    public static TestKey Certbot { get; } = new("certbot.");

    public static TestKey Admin { get; } = new("admin.", "hmac-sha512");

    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public ScenarioServer Server => _server ?? throw new InvalidOperationException("not started");

    /// <summary>Where the updates stand.</summary>
    public string Updates => PathOf("dns-updates");

    public string PathOf(string file) => Path.Combine(_folder, file);

    public async Task<UpdatedServer> StartAsync(string upstream = "127.0.0.1:9")
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _server = await ScenarioServer.StartAsync(options => Configure(options, upstream));
        return this;
    }

    public void Configure(DnsServerOptions options, string upstream = "127.0.0.1:9")
    {
        options.Registry.DataDirectory = _folder;
        options.HostsFiles.Paths.Add(PathOf("hosts"));
        options.Forwarding.Upstreams.Add(upstream);
        options.Serving.ZoneFiles.Paths.Add(PathOf("zone"));
        options.Zones.DelegatedNames.Add("acme.example.net=home.example.net");
        options.Updates.KeyFile = PathOf("keys");
    }

    public async Task<ResponseCode> UpdateAsync(UpdateBuilder update, TestKey? key = null) => (await SendAsync(UpdateBuilder.Sign(update.Build(), key ?? Admin, Now))).Code;

    public async Task<DnsMessage> SendAsync(byte[] message, QueryTransport transport = QueryTransport.Tcp) => DnsMessage.Parse(await Server.AskAsync(message, transport));

    /// <returns>The answers, or the code when there are none.</returns>
    public async Task<string> AskAsync(string name, RecordType type = RecordType.Txt)
    {
        var answer = await SendAsync(DnsMessage.Query(name, type));
        return answer.Answers.Count > 0 ? string.Join("; ", answer.Answers.Order(StringComparer.Ordinal)) : DnsText.Of(answer.Code);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
