using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Serving;
using HomeCloud.Registry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Bench.Serving;

/// <summary>
/// The server in this process, in two extremes: bare (no EDNS cookies, no rate limit, no metrics, nothing changes) and
/// full (all of them, and 100 changes of names a second).
/// </summary>
internal static class ServeCommand
{
    public const string Bare = "bare";
    public const string Full = "full";

    private const int ChangesPerSecond = 100;

    public static async Task<int> RunAsync(string kind, string listen, string hostsFile)
    {
        using var registry = new ChurningRegistry(kind == Full ? ChangesPerSecond : 0);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IRegistryReader>(registry);
        builder.Services.AddHomeCloudDns(options =>
        {
            options.Listen.Addresses.Add(listen);
            options.Listen.UdpWorkers = 1;
            options.HostsFiles.Paths.Add(hostsFile);
            options.Forwarding.Upstreams.Add("127.0.0.1:9");
            options.Serving.RateLimit.PerSecond = kind == Full ? 1_000_000 : 0;
            options.Serving.RateLimit.Burst = 1_000_000;
            options.Serving.Edns.Cookies = kind == Full;
        });
        if (kind == Bare)
            builder.Services.AddSingleton<IQueryHandler>(provider => provider.GetRequiredService<QueryPipeline>());

        using var host = builder.Build();
        await host.StartAsync();
        registry.Start();
        await host.WaitForShutdownAsync();
        return 0;
    }
}
