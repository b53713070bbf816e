using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Validation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Resolving;

/// <summary>Puts cache and forwarding together. Needs <see cref="EdnsResponder"/>; takes <see cref="BlockedNames"/>, <see cref="OwnEndPoints"/>, <see cref="IHomeNames"/>, <see cref="TimeProvider"/> and <see cref="ServingClock"/> when they are there.</summary>
public static class ForwardingServices
{
    public static IServiceCollection AddForwarding(this IServiceCollection services, ForwardingOptions forwarding, CacheOptions caching, ValidationOptions? validation = null, string? dataDirectory = null)
    {
        ArgumentNullException.ThrowIfNull(forwarding);
        services.AddSingleton(forwarding);
        services.AddSingleton(caching);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(OwnEndPoints.None);
        services.TryAddSingleton(ServingClock.System);
        services.AddSingleton<AnswerCache>(_ => new AnswerCache(caching));
        services.AddSingleton<CacheCounters>();
        services.AddSingleton(_ => new CachedResponseBuilder(caching));
        services.AddSingleton(provider => new Forwarder(
            forwarding,
            provider.GetRequiredService<OwnEndPoints>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Forwarder>>(),
            provider.GetService<IHomeNames>(),
            dataDirectory));
        services.AddSingleton(provider => new ForwardingReply(provider.GetRequiredService<EdnsResponder>(), caching));
        services.TryAddSingleton<BlockedNames>();
        services.AddSingleton(provider => new SafeSearch(provider.GetRequiredService<BlockedNames>(), provider.GetRequiredService<Forwarder>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new BlockGate(provider.GetRequiredService<BlockedNames>(), provider.GetRequiredService<SafeSearch>(), provider.GetService<IHomeNames>()));
        services.AddSingleton(provider => new BlockedReply(provider.GetRequiredService<EdnsResponder>(), provider.GetRequiredService<BlockedNames>()));
        services.AddSingleton(_ => new ForwardingLimits(forwarding.MaxOutstanding, forwarding.MaxOutstandingPerClient));
        if (validation is { Dnssec: not DnssecMode.Off })
            AddValidation(services, validation, dataDirectory);
        services.AddSingleton(provider => new ForwardingRunner(
            provider.GetRequiredService<AnswerCache>(),
            provider.GetRequiredService<CachedResponseBuilder>(),
            provider.GetRequiredService<Forwarder>(),
            provider.GetRequiredService<ForwardingReply>(),
            provider.GetRequiredService<ForwardingLimits>(),
            provider.GetRequiredService<CacheCounters>(),
            provider.GetRequiredService<BlockGate>(),
            provider.GetRequiredService<BlockedReply>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ServingClock>().Milliseconds,
            provider.GetRequiredService<ILogger<ForwardingRunner>>(),
            provider.GetService<ValidatedForwarding>()));
        services.AddSingleton<IForwarding>(provider => new ForwardingStage(
            provider.GetRequiredService<AnswerCache>(),
            provider.GetRequiredService<Forwarder>(),
            provider.GetRequiredService<ForwardingRunner>(),
            provider.GetRequiredService<ForwardingReply>(),
            provider.GetRequiredService<CacheCounters>(),
            provider.GetRequiredService<BlockGate>(),
            provider.GetRequiredService<BlockedReply>(),
            provider.GetService<ValidatedForwarding>()));
        services.AddSingleton<ForwardingInstruments>();
        services.AddSingleton<ForwardingChanges>();
        services.AddSingleton<IHostedService>(provider =>
        {
            // Instruments are pulled by their listeners, and changes are seldom; both must be created here.
            provider.GetRequiredService<ForwardingInstruments>();
            provider.GetRequiredService<ForwardingChanges>();
            provider.GetService<ValidationInstruments>();
            return new ForwardingMaintenance(provider.GetRequiredService<Forwarder>(), forwarding, provider.GetRequiredService<TimeProvider>());
        });
        return services;
    }

    private static void AddValidation(IServiceCollection services, ValidationOptions validation, string? dataDirectory)
    {
        services.AddSingleton(provider =>
        {
            var validated = new ValidatedForwarding(
                provider.GetRequiredService<Forwarder>(),
                validation,
                provider.GetService<IHomeNames>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ServingClock>().Milliseconds,
                provider.GetRequiredService<ILogger<ValidatedForwarding>>(),
                dataDirectory);
            var cache = provider.GetRequiredService<AnswerCache>();
            cache.Flushed += validated.ForgetKeys;
            validated.Began += () => cache.Flush(validated.Concerns);
            return validated;
        });
        services.AddSingleton<ValidationInstruments>();
    }
}
