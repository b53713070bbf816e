using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Composition;
using HomeCloud.Agent.Web.Health;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Lab.Processes;
using HomeCloud.Registry;
using HomeCloud.Registry.Embedded;
using HomeCloud.Tests.Agent.Servers.Engine;
using HomeCloud.Tests.Agent.Servers.Making;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>The page and the API on a real Kestrel, over loopback and a Unix socket, above a <see cref="FakeEngine"/>.</summary>
internal sealed class WebHome : IAsyncDisposable, IAddressProbe, INameProbe, IPortProbe
{
    public const string Password = "correct horse battery";
    private readonly WebApplication _app;
    private readonly string _folder = Directory.CreateTempSubdirectory("hc-web").FullName;
    private readonly EmbeddedRegistry _registry;

    private WebHome(Action<IServiceCollection>? more, Action<WebOptions>? web)
    {
        Socket = Path.Combine(_folder, "agent.sock");
        File.WriteAllText(Path.Combine(_folder, "authorized_keys"), MakerFixture.Key + "\n");
        _registry = new EmbeddedRegistry(new RegistryOptions { DataDirectory = _folder }, NullLogger<EmbeddedRegistry>.Instance);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = _folder });
        builder.Logging.ClearProviders();
        var options = new WebOptions { ControlSocket = Socket };
        options.Listen.Add(new IPEndPoint(IPAddress.Loopback, 0));
        web?.Invoke(options);
        builder.Services.AddSingleton<IServerEngine>(Engine);
        builder.Services.AddSingleton<IRegistry>(_registry);
        builder.Services.AddSingleton<IHealthExaminer>(new ScriptedExaminer());
        builder.Services.AddSingleton<IAddressProbe>(this).AddSingleton<INameProbe>(this).AddSingleton<IPortProbe>(this);
        builder.Services.AddHomeCloudWeb(options, new ServersOptions { DataDirectory = _folder });
        more?.Invoke(builder.Services);
        _app = builder.Build();
        Engine.Sleepers = _app.Services.GetRequiredService<SleepBook>();
        _app.MapHomeCloud();
    }

    public FakeEngine Engine { get; } = new();

    public string Socket { get; }

    public Uri Url { get; private set; } = new("http://localhost");

    /// <summary>Null when the page is not to be had over TLS.</summary>
    public Uri? TlsUrl { get; private set; }

    /// <summary>Everywhere it listens on TCP.</summary>
    public IReadOnlyList<string> Urls { get; private set; } = [];

    /// <summary>The data directory.</summary>
    public string Folder => _folder;

    public IRegistry Registry => _registry;

    public IServiceProvider Services => _app.Services;

    bool INameProbe.CanAsk => true;

    public static async Task<WebHome> StartAsync(Action<IServiceCollection>? more = null, Action<WebOptions>? web = null)
    {
        var home = new WebHome(more, web);
        home.Engine.Settings = home._app.Services.GetRequiredService<IContainerSettings>();
        await home._app.StartAsync();
        var addresses = home._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        home.Urls = [.. addresses];
        home.Url = new Uri(addresses.Single(a => a.StartsWith("http://127", StringComparison.Ordinal)));
        home.TlsUrl = addresses.FirstOrDefault(a => a.StartsWith("https://", StringComparison.Ordinal)) is { } tls ? new Uri(tls) : null;
        return home;
    }

    /// <summary>Nobody yet: no cookie, no token.</summary>
    public HttpClient Stranger() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = true }) { BaseAddress = Url };

    /// <summary>A stranger with another of the machine's loopback addresses.</summary>
    public HttpClient From(string address) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = Url };

    public HttpClient WithToken(string token)
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    public HttpClient OverSocket() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://localhost") };

    /// <summary>A browser that has set the password and is signed in, and sends the form token of its page.</summary>
    public async Task<HttpClient> SignedInAsync()
    {
        var key = Services.GetRequiredService<SetupLink>().Make();
        var browser = Stranger();
        await TakeFormTokenAsync(browser, "/setup");
        (await browser.PostAsJsonAsync("/api/v1/setup", new { password = Password, key })).EnsureSuccessStatusCode();
        await TakeFormTokenAsync(browser, "/");
        return browser;
    }

    public static async Task TakeFormTokenAsync(HttpClient browser, string page)
    {
        var html = await browser.GetStringAsync(page);
        browser.DefaultRequestHeaders.Remove(ForgeryMiddleware.HeaderName);
        browser.DefaultRequestHeaders.Add(ForgeryMiddleware.HeaderName, Regex.Match(html, "name=\"form-token\" content=\"([^\"]+)\"").Groups[1].Value);
    }

    /// <summary>Asks for a server and waits until its making ended; the last event's data.</summary>
    public static async Task<JsonElement> CreateAsync(HttpClient client, object request)
    {
        var response = await client.PostAsJsonAsync("/api/v1/servers", request);
        response.StatusCode.Should().Be(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        var id = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        var events = await client.GetStringAsync($"/api/v1/operations/{id}/events");
        return JsonDocument.Parse(events.Split("event: done\ndata: ")[1].Split('\n')[0]).RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _registry.DisposeAsync();

        // What was being made when the agent stopped still writes how it ended.
        (await Poll.UntilAsync(Delete, TimeSpan.FromSeconds(10))).Should().BeTrue("nobody writes to {0} any more", _folder);
    }

    private bool Delete()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    Task<bool> IAddressProbe.IsAnsweringAsync(IPAddress address, IReadOnlySet<string> ours, CancellationToken cancellationToken) => Task.FromResult(false);

    IReadOnlySet<IPAddress> IAddressProbe.Remembered(IReadOnlySet<string> ours) => new HashSet<IPAddress>();

    Task<bool> INameProbe.ResolvesAsync(string fullName, IPAddress address, CancellationToken cancellationToken) => Task.FromResult(true);

    Task<PortAnswer> IPortProbe.TryAsync(IPAddress address, ushort port, CancellationToken cancellationToken) => Task.FromResult(PortAnswer.Open);
}
