using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Agent.Hosting;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Validation;
using HomeCloud.Tests.Dns.Messages;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Microsoft.Extensions.DependencyInjection;

namespace HomeCloud.Tests.Agent.Web.Doh;

/// <summary>A home whose page is served over TLS, and whose DNS server is in the same process: as the agent runs, with a scripted upstream.</summary>
internal sealed class DohHome : IAsyncDisposable
{
    public const string MediaType = "application/dns-message";

    /// <summary>Another name of the page, which leads to it for whoever asks this DNS server.</summary>
    public const string PageName = "page.example.org";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("doh-");
    private WebHome _web = null!;

    private DohHome(params string[] names) => Certificates = new MadeCertificates(_folder.FullName, names);

    public MadeCertificates Certificates { get; }

    /// <summary>What clients shall trust.</summary>
    public string RootPath => Path.Combine(_folder.FullName, "root.pem");

    public string QueryLogPath => Path.Combine(_folder.FullName, "queries.log");

    public ScriptedServer Upstream { get; } = new();

    public WebHome Web => _web;

    public IServiceProvider Services => _web.Services;

    public static async Task<DohHome> StartAsync(Action<DnsServerOptions, DohHome>? dns = null, Action<WebOptions>? web = null)
    {
        var home = new DohHome("127.0.0.1", "cloud.home");
        await File.WriteAllTextAsync(home.RootPath, home.Certificates.Root.ExportCertificatePem());
        var hosts = Path.Combine(home._folder.FullName, "hosts");
        await File.WriteAllTextAsync(hosts, "192.168.1.60 airplay.home\n");
        var options = new DnsServerOptions();
        options.Listen.Addresses.Add("127.0.0.1:0");
        options.HostsFiles.Paths.Add(hosts);
        options.Registry.DataDirectory = home._folder.FullName;
        options.Forwarding.Upstreams.Add(home.Upstream.EndPoint.ToString());
        options.Forwarding.LoopDetection = false;
        options.Validation.Dnssec = DnssecMode.Off;
        options.Serving.LocalNames.Add($"{PageName}=127.0.0.1");
        options.Telemetry.QueryLog = home.QueryLogPath;
        dns?.Invoke(options, home);
        home._web = await WebHome.StartAsync(
            services => services.AddHomeCloudDns(options).AddSingleton<IDnsResponder, DnsResponder>().AddSingleton<IDnsRecords, DnsRecordsSource>().AddHostedService<DohDesignation>(),
            page =>
            {
                page.ListenTls.Add(new IPEndPoint(IPAddress.Loopback, 0));
                page.TlsCertificate = home.Certificates.CertificatePath;
                page.TlsKey = home.Certificates.KeyPath;
                page.Hosts.Add(PageName);
                web?.Invoke(page);
            });
        return home;
    }

    /// <summary>Trusts the root alone, and speaks this version of HTTP and no other.</summary>
    public HttpClient Client(string version, Uri? url = null)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(Certificates.Root);
        return new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, SslOptions = { CertificateChainPolicy = policy } })
        {
            BaseAddress = url ?? _web.TlsUrl,
            DefaultRequestVersion = Version.Parse(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public static HttpRequestMessage Get(byte[] query) => new(HttpMethod.Get, "/dns-query?dns=" + Base64Url.EncodeToString(query));

    public static HttpRequestMessage Post(byte[] query) => new(HttpMethod.Post, "/dns-query")
    {
        Content = new ByteArrayContent(query) { Headers = { ContentType = new MediaTypeHeaderValue(MediaType) } },
    };

    /// <summary>Asks by POST.</summary>
    public static async Task<(HttpResponseMessage Response, MessageText Message)> AskAsync(HttpClient client, byte[] query, bool byGet = false)
    {
        var request = byGet ? Get(query) : Post(query);
        request.Version = client.DefaultRequestVersion;
        request.VersionPolicy = client.DefaultVersionPolicy;
        var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        response.StatusCode.Should().Be(HttpStatusCode.OK, System.Text.Encoding.UTF8.GetString(body));
        response.Content.Headers.ContentType!.MediaType.Should().Be(MediaType);
        return (response, MessageText.Parse(body));
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        await Upstream.DisposeAsync();
        Certificates.Dispose();
        _folder.Delete(recursive: true);
    }
}
