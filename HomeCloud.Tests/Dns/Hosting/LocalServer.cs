using System.Net;
using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Tests.Dns.Hosting;

/// <summary>The whole server in this process, as the agent runs it, with names from a hosts file.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("local-server-");
    private readonly IHost _host;

    private LocalServer(string hosts, Action<DnsServerOptions>? configure)
    {
        var path = Path.Combine(_directory.FullName, "hosts");
        File.WriteAllText(path, hosts);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHomeCloudDns(options =>
        {
            options.Listen.Addresses.Add("127.0.0.1:0");
            options.HostsFiles.Paths.Add(path);
            options.Forwarding.Upstreams.Add("127.0.0.1:9");
            options.Registry.DataDirectory = _directory.FullName;
            configure?.Invoke(options);
        });
        _host = builder.Build();
    }

    public IPEndPoint EndPoint => Transport.Addresses[0];

    public DnsTransport Transport => _host.Services.GetRequiredService<DnsTransport>();

    public static async Task<LocalServer> StartAsync(string hosts, Action<DnsServerOptions>? configure = null)
    {
        var server = new LocalServer(hosts, configure);
        await server._host.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _directory.Delete(recursive: true);
    }
}
