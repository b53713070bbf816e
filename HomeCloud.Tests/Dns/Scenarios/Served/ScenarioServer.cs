using System.Net;
using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Validation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Tests.Dns.Scenarios.Served;

/// <summary>The whole server as its composition root builds it, on sockets of loopback, for scenarios; only place and time are theirs.</summary>
internal sealed class ScenarioServer : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("scenario-");
    private readonly IHost _host;

    private ScenarioServer(Action<DnsServerOptions> configure, Action<IServiceCollection>? add, Action<IServiceCollection>? replace)
    {
        var options = new DnsServerOptions();
        options.Listen.Addresses.Add("127.0.0.1:0");
        options.Listen.TlsAddresses.Add("127.0.0.2:0");
        options.Registry.DataDirectory = _directory.FullName;
        options.Forwarding.LoopDetection = false;

        // Upstreams of scenarios sign nothing, and their questions are counted.
        options.Validation.Dnssec = DnssecMode.Off;
        configure(options);

        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(new ServingClock(() => Displacement.Now));
        add?.Invoke(builder.Services);
        builder.Services.AddHomeCloudDns(options);
        replace?.Invoke(builder.Services);
        builder.Services.AddSingleton(provider =>
        {
            var handler = new DisplacedHandler(provider.GetRequiredService<IQueryHandler>(), provider.GetRequiredService<QueryPipeline>(), Displacement);
            return new DnsTransport(options.Listen, handler, provider.GetRequiredService<ILogger<DnsTransport>>(), handler);
        });
        _host = builder.Build();
    }

    public Displacement Displacement { get; } = new();

    public string DataDirectory => _directory.FullName;

    public IServiceProvider Services => _host.Services;

    private IReadOnlyList<IPEndPoint> Addresses => Services.GetRequiredService<DnsTransport>().Addresses;

    /// <param name="configure">Sets options.</param>
    /// <param name="add">Registers what the server takes when it is there.</param>
    /// <param name="replace">Registers what stands in for parts of the server.</param>
    public static async Task<ScenarioServer> StartAsync(Action<DnsServerOptions> configure, Action<IServiceCollection>? add = null, Action<IServiceCollection>? replace = null)
    {
        var server = new ScenarioServer(configure, add, replace);
        await server._host.StartAsync();
        return server;
    }

    /// <returns>The answer; null when there was none.</returns>
    public Task<byte[]?> AskAsync(byte[] query, QueryTransport transport, bool expectSilence = false) => SocketAsker.AskAsync(Addresses, query, transport, expectSilence);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _directory.Delete(recursive: true);
    }
}
