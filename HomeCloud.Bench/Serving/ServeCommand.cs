using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Registry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Bench.Serving;

/// <summary>
/// The server in this process, in two extremes: bare (no EDNS cookies, no rate limit, everybody may ask, no metrics, nothing
/// changes) and full (all of them, an access list, and 100 changes of names a second).
/// </summary>
internal static class ServeCommand
{
    public const string Bare = "bare";
    public const string Full = "full";

    private const int ChangesPerSecond = 100;

    // Besides the networks of a home, among which an asker on loopback is found as those at home are.
    private static readonly string[] AllowFrom = ["203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24", "2001:db8::/32"];

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
            options.Serving.RateLimit.Exempt.Clear(); // who asks here is on loopback, and shall be counted
            options.Serving.Edns.Cookies = kind == Full;
            foreach (var network in kind == Full ? AllowFrom : [AccessOptions.Anybody])
                options.Serving.Access.AllowFrom.Add(network);
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
