using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Projection;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Updating;
using HomeCloud.Dns.Zones;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Hosting.Updates;

/// <summary>Composes dynamic updates, where they are wanted.</summary>
internal static class UpdateServices
{
    public static void AddUpdates(this IServiceCollection services, DnsServerOptions options)
    {
        services.AddSingleton(provider => new UpdatesOfThisServer(provider.GetService<UpdateDesk>()));
        if (!options.Updates.IsOn)
            return;
        services.AddSingleton(provider => new UpdateDesk(
            options.Serving,
            provider.GetRequiredService<ZoneCatalog>(),
            options.Registry.DataDirectory,
            serving => PublishNames(provider, serving),
            provider.GetRequiredService<ServingClock>().Milliseconds,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<UpdateDesk>>()));
        services.AddSingleton(provider => new UpdateService(
            options.Updates,
            provider.GetRequiredService<UpdateDesk>(),
            provider.GetRequiredService<EdnsResponder>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<UpdateService>>()));
        services.AddHostedService(provider => provider.GetRequiredService<UpdateService>());
    }

    /// <summary>Makes local names and zone files those that are answered.</summary>
    public static void PublishNames(IServiceProvider services, ServingOptions serving)
    {
        services.GetService<QueryPipeline>()?.ApplyLocalNames(serving);
        services.GetService<ZoneProjection>()?.ApplyFiles(serving.ZoneFiles.Content);
    }
}

/// <summary>For those who are made whether updates are wanted or not.</summary>
/// <param name="Desk">Null: they are not.</param>
internal sealed record UpdatesOfThisServer(UpdateDesk? Desk);
