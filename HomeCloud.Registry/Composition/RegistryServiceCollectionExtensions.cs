using HomeCloud.Registry.Embedded;
using HomeCloud.Registry.Journals;
using HomeCloud.Registry.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HomeCloud.Registry.Composition;

public static class RegistryServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="IRegistry"/> (also as <see cref="IRegistryReader"/>): in Redis when <see cref="RegistryOptions.Redis"/>
    /// is set, else the embedded one.
    /// </summary>
    /// <exception cref="OptionsValidationException">An option is wrong; the message says which and what to do.</exception>
    public static IServiceCollection AddHomeCloudRegistry(this IServiceCollection services, RegistryOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate().ToList() is { Count: > 0 } problems)
            throw new OptionsValidationException(nameof(RegistryOptions), typeof(RegistryOptions), problems);

        services.AddSingleton<IRegistry>(provider => Create(options, provider));
        services.AddSingleton<IWakeLine>(provider => provider.GetRequiredService<IRegistry>() as IWakeLine ?? new LocalWakeLine());
        services.AddSingleton<IJournalLine>(provider => provider.GetRequiredService<IRegistry>() as IJournalLine ?? new LocalJournalLine());
        services.AddSingleton<IRegistryReader>(provider => provider.GetRequiredService<IRegistry>());
        return services;
    }

    private static IRegistry Create(RegistryOptions options, IServiceProvider provider) => options.UsesRedis
        ? new RedisRegistry(options, provider.GetRequiredService<ILogger<RedisRegistry>>(), provider.GetService<TimeProvider>())
        : new EmbeddedRegistry(options, provider.GetRequiredService<ILogger<EmbeddedRegistry>>(), provider.GetService<TimeProvider>());
}
