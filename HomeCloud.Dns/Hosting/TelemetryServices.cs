using System.Runtime.CompilerServices;
using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Dns.Hosting.Systemd;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Telemetry;
using HomeCloud.Dns.Telemetry.Activity;
using HomeCloud.Dns.Telemetry.Exposition;
using HomeCloud.Dns.Telemetry.Health;
using HomeCloud.Dns.Telemetry.Http;
using HomeCloud.Dns.Telemetry.Logging;
using HomeCloud.Dns.Telemetry.Otlp;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Dns.Telemetry.QueryLog;
using HomeCloud.Registry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HomeCloud.Dns.Hosting;

/// <summary>Puts counters in front of the pipeline, and metrics, health, query log and log levels beside it.</summary>
public static class TelemetryServices
{
    public static IServiceCollection AddHomeCloudTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<QueryObserver>();
        services.AddSingleton<MetricsCollector>();

        services.AddSingleton<QueryFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<QueryFeed>());
        services.AddSingleton<QueryLogService>();
        services.AddHostedService(provider => provider.GetRequiredService<QueryLogService>());
        services.AddSingleton<IQueryJournal, QueryJournal>();
        services.AddSingleton<ResolverActivity>();
        services.AddSingleton<IResolverActivity>(provider => provider.GetRequiredService<ResolverActivity>());
        services.AddHostedService(provider => provider.GetRequiredService<ResolverActivity>());

        services.TryAddSingleton<RuntimeLogLevels>();
        services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(provider => provider.GetRequiredService<RuntimeLogLevels>());
        services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(provider => provider.GetRequiredService<RuntimeLogLevels>());

        if (options.Metrics is { } address)
        {
            services.AddHostedService(provider => new MetricsEndpoint(
                address,
                provider.GetRequiredService<MetricsCollector>(),
                provider.GetServices<IReadinessCheck>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<MetricsEndpoint>>()));
        }

        if (options.Otlp is not null)
            AddOtlp(services, options);

        services.AddSingleton<ReloadService>();
        services.AddHostedService(provider => provider.GetRequiredService<ReloadService>());
        services.AddSingleton(_ => SystemdOptions.FromEnvironment());
        services.AddSingleton<SystemdNotifier>();
        services.AddHostedService<SystemdLifetime>();
        return services;
    }

    /// <summary>A method of its own, so that only who calls it loads OpenTelemetry.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddOtlp(IServiceCollection services, TelemetryOptions options) =>
        services.AddHostedService(provider => new OtlpExport(options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OtlpExport>>()));

    /// <summary>The pipeline as transports shall call it: counted, timed and, when asked for, logged.</summary>
    public static IQueryHandler Observed(this IServiceProvider provider, IQueryHandler pipeline) =>
        new ObservedQueryHandler(pipeline, provider.GetRequiredService<QueryObserver>());

    /// <summary>Ready means: the pipeline answers for a zone of ours, and names are known.</summary>
    public static IServiceCollection AddHomeCloudReadiness(this IServiceCollection services, string zone)
    {
        services.AddSingleton<IReadinessCheck>(provider => new AnswersCheck(provider.GetRequiredService<QueryPipeline>(), zone, provider.GetRequiredService<ServingClock>()));
        services.AddSingleton<IReadinessCheck>(provider => new RegistryCheck(provider.GetRequiredService<IRegistryReader>()));
        return services;
    }
}
