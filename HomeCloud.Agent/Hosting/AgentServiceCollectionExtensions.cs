using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Telemetry.Health;
using HomeCloud.Registry;
using HomeCloud.Registry.Composition;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace HomeCloud.Agent.Hosting;

public static class AgentServiceCollectionExtensions
{
    /// <summary>Registers what one process of a home consists of: the registry, the agent and, where wanted, the DNS server.</summary>
    /// <exception cref="OptionsValidationException">An option is wrong; the message names it, the value and the fix.</exception>
    public static IServiceCollection AddHomeCloudAgent(this IServiceCollection services, AgentOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddHomeCloudRegistry(options.Dns.Registry);
        if (StaticNameMove.Find(options.Dns.Registry) is { } move)
            services.AddHostedService(provider => move(provider.GetRequiredService<IRegistry>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<StaticNameMove>>()));
        AddReconciler(services, options);
        if (options.RunsDns)
        {
            services.AddHomeCloudDns(options.Dns);
        }
        else
        {
            services.AddHomeCloudTelemetry(options.Dns.Telemetry);
            services.AddSingleton<IReadinessCheck>(provider => new RegistryCheck(provider.GetRequiredService<IRegistryReader>()));
        }

        services.AddSingleton<IReadinessCheck, AgentCheck>();
        return services;
    }

    private static void AddReconciler(IServiceCollection services, AgentOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Docker);
        services.AddSingleton(options.Naming);
        services.AddSingleton(options.Reconciler);
        services.AddSingleton<AgentStatusSource>();
        services.AddSingleton<AgentMetrics>();
        services.AddSingleton(provider => new EngineClient(options.Docker, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IContainerEngine>(provider => provider.GetRequiredService<EngineClient>());
        services.AddSingleton<EngineModel>();
        services.AddSingleton<Reconciler>();
        services.AddHostedService(provider => provider.GetRequiredService<Reconciler>());
        services.AddHostedService<RestService>();
    }
}
