using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Projection;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Updating;
using HomeCloud.Dns.Zones;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Hosting.Updates;

/// <summary>Composes records that are changed while the server runs: by hand always, by signed messages where there are keys.</summary>
internal static class UpdateServices
{
    public static void AddUpdates(this IServiceCollection services, DnsServerOptions options)
    {
        services.AddSingleton(provider => new UpdateDesk(
            options.Serving,
            provider.GetRequiredService<ZoneCatalog>(),
            options.Registry.DataDirectory,
            serving => PublishNames(provider, serving),
            provider.GetRequiredService<ServingClock>().Milliseconds,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<UpdateDesk>>()));
        services.AddSingleton(provider => new RecordsDesk(provider.GetRequiredService<UpdateDesk>()));
        services.AddHostedService<UpdatedRecordsService>();
        if (!options.Updates.IsOn)
            return;
        services.AddSingleton(provider => new UpdateService(
            options.Updates,
            provider.GetRequiredService<UpdateDesk>(),
            provider.GetRequiredService<EdnsResponder>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<UpdateService>>()));
        services.AddHostedService(provider => provider.GetRequiredService<UpdateService>());
    }

    /// <summary>Makes local names and zone files those that are answered.</summary>
    private static void PublishNames(IServiceProvider services, ServingOptions serving)
    {
        services.GetService<QueryPipeline>()?.ApplyLocalNames(serving);
        services.GetService<ZoneProjection>()?.ApplyFiles(serving.ZoneFiles.Content);
    }
}

/// <summary>Reads what earlier runs have left before the first query is answered.</summary>
internal sealed class UpdatedRecordsService(UpdateDesk desk) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        desk.Load();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
