using System.Net;
using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Dns.Hosting.Journal;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Hosting.Updates;
using HomeCloud.Dns.HostsFile;
using HomeCloud.Dns.Projection;
using HomeCloud.Dns.Resolving;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Serving.Designation;
using HomeCloud.Dns.Telemetry.Health;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Transport.Instruments;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Dns.Updating;
using HomeCloud.Dns.Validation;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Addresses;
using HomeCloud.Registry;
using HomeCloud.Registry.Composition;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HomeCloud.Dns.Hosting;

/// <summary>The composition root of the DNS server.</summary>
public static class DnsServices
{
    /// <inheritdoc cref="AddHomeCloudDns(IServiceCollection, DnsServerOptions)"/>
    public static IServiceCollection AddHomeCloudDns(this IServiceCollection services, Action<DnsServerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new DnsServerOptions();
        configure(options);
        return services.AddHomeCloudDns(options);
    }

    /// <summary>
    /// Adds a whole DNS server that starts and stops with the host. It follows the <see cref="IRegistryReader"/>s that
    /// are registered; without one, and with <see cref="RegistryOptions.Redis"/> set, it adds that registry itself.
    /// </summary>
    /// <exception cref="OptionsValidationException">An option is wrong; the message names it, the value and the fix.</exception>
    public static IServiceCollection AddHomeCloudDns(this IServiceCollection services, DnsServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate().Concat(LoopCheck.Find(options.Forwarding, OwnAddresses(options.Listen))).ToList() is { Count: > 0 } problems)
            throw new OptionsValidationException(nameof(DnsServerOptions), typeof(DnsServerOptions), problems);

        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new ServingClock(static () => BootClock.Milliseconds));
        AddNames(services, options);
        services.AddJournal(options);
        AddAnswering(services, options);
        AddBlocking(services, options);
        services.AddUpdates(options);
        services.AddHomeCloudTelemetry(options.Telemetry);
        services.AddHomeCloudReadiness(options.Zones.EffectiveNames[0]);
        services.AddSingleton<IReadinessCheck, ListeningCheck>();
        if (options.Validation.Dnssec != DnssecMode.Off)
            services.AddSingleton<IReadinessCheck, ValidationCheck>();
        services.AddSingleton<NetworkWatch>();
        services.AddSingleton(provider => new OwnNetworks(
            options.Listen,
            provider.GetRequiredService<AccessControl>(),
            provider.GetRequiredService<ZoneCatalog>(),
            provider.GetRequiredService<ZoneProjection>(),
            provider.GetService<ValidatedForwarding>()));
        services.AddSingleton(_ => new SharedAddresses(options.Listen));
        services.AddSingleton(provider => new DnsTransport(
            options.Listen,
            provider.GetRequiredService<IQueryHandler>(),
            provider.GetRequiredService<ILogger<DnsTransport>>(),
            provider.GetRequiredService<QueryPipeline>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new TlsCertificate(
            options.Listen,
            options.Registry.DataDirectory,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TlsCertificate>>(),
            provider.GetRequiredService<DesignatedResolvers>()));
        services.AddHostedService<DnsServer>();
        services.AddHostedService<CertificateService>();
        services.AddHostedService<ControlSocket>();
        return services;
    }

    private static void AddNames(IServiceCollection services, DnsServerOptions options)
    {
        if (options.Registry.UsesRedis && services.All(service => service.ServiceType != typeof(IRegistryReader)))
            services.AddHomeCloudRegistry(options.Registry);

        services.AddSingleton(provider => new HostsFileSource(
            options.HostsFiles,
            [.. options.Zones.EffectiveNames.Select(zone => zone.TrimEnd('.'))],
            provider.GetRequiredService<ILogger<HostsFileSource>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IRegistryReader>(provider => provider.GetRequiredService<HostsFileSource>());
        services.AddHostedService<HostsFileService>();

        services.AddSingleton(provider => new ZoneCatalog(
            options.Zones,
            provider.GetRequiredService<TimeProvider>(),
            address => provider.GetRequiredService<AccessControl>().IsOfTheHome(ClientAddress.From(address))));
        services.AddSingleton(provider =>
        {
            var projection = new ZoneProjection(provider.GetRequiredService<ZoneCatalog>(), provider.GetRequiredService<ServingClock>().Milliseconds);
            projection.ApplyFiles(options.Serving.ZoneFiles.Content);
            return projection;
        });
        services.AddSingleton(provider => new RegistryFollower(
            provider.GetRequiredService<ZoneProjection>(),
            provider.GetServices<IRegistryReader>().Append(provider.GetRequiredService<HostsFileSource>()).Distinct(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RegistryFollower>>()));
        services.AddSingleton<IZoneSourceStatus>(provider => provider.GetRequiredService<RegistryFollower>());
        services.AddHostedService(provider => provider.GetRequiredService<RegistryFollower>());
    }

    private static void AddBlocking(IServiceCollection services, DnsServerOptions options)
    {
        services.AddSingleton(provider => new BlockKeeper(
            options.Blocking,
            options.Registry.DataDirectory,
            provider.GetRequiredService<BlockedNames>(),
            () => UpstreamWeb.Handler(provider.GetRequiredService<Forwarder>(), provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<BlockKeeper>>(),
            new DeviceAddresses(provider.GetRequiredService<ZoneCatalog>())));
        services.AddSingleton(provider =>
        {
            var (home, pipeline) = (provider.GetRequiredService<IHomeNames>(), provider.GetRequiredService<QueryPipeline>());
            return new BlockDesk(
                provider.GetRequiredService<BlockKeeper>(),
                provider.GetRequiredService<BlockedNames>(),
                name => home.StayHome(name) || pipeline.HasOwnName(name),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<BlockDesk>>(),
                name => provider.GetRequiredService<SafeSearch>().SafeName(name));
        });
        services.AddSingleton<BlockInstruments>();
        services.AddHostedService(provider =>
        {
            // Instruments are pulled, and safe search waits for the keeper's call; nobody else makes them exist in time.
            provider.GetRequiredService<BlockInstruments>();
            provider.GetRequiredService<SafeSearch>();
            return provider.GetRequiredService<BlockKeeper>();
        });
    }

    private static void AddAnswering(IServiceCollection services, DnsServerOptions options)
    {
        // What clients are told about idle connections (RFC 7828) is what the transport does.
        options.Serving.Edns.TcpKeepalive = options.Listen.IdleTimeout;
        services.AddSingleton(OwnAddresses(options.Listen));
        services.AddSingleton(provider => new EdnsResponder(options.Serving.Edns, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IHomeNames>(provider => new HomeNames(provider.GetRequiredService<ZoneCatalog>(), new SpecialNames(options.Serving.KeepClients)));
        services.AddForwarding(options.Forwarding, options.Cache, options.Validation, options.Registry.DataDirectory);
        services.AddSingleton(_ => new AccessControl(options.Serving.Access));
        services.AddSingleton(provider => new DesignatedResolvers([.. options.Zones.EffectiveNames], provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new QueryPipeline(
            options.Serving,
            provider.GetRequiredService<ZoneCatalog>(),
            provider.GetRequiredService<IForwarding>(),
            provider.GetRequiredService<IZoneSourceStatus>(),
            provider.GetRequiredService<AccessControl>(),
            provider.GetRequiredService<EdnsResponder>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<SharedAddresses>().Describe,
            provider.GetService<IWakeLine>() is { } line ? new WakingNames(provider.GetRequiredService<ZoneProjection>().Sleepers, line) : null,
            provider.GetRequiredService<ServingClock>(),
            provider.GetRequiredService<DesignatedResolvers>(),
            provider.GetService<UpdateService>()));
        services.AddSingleton(provider => provider.Observed(provider.GetRequiredService<QueryPipeline>()));
    }

    /// <summary>Where upstream queries would come back to us.</summary>
    private static OwnEndPoints OwnAddresses(ListenOptions listen)
    {
        var named = ListenAddress.ReadAll(listen.Addresses.Concat(listen.SharedAddresses), ListenOptions.DnsPort);
        IPEndPoint[] everywhere = [new(IPAddress.Any, ListenOptions.DnsPort), new(IPAddress.IPv6Any, ListenOptions.DnsPort)];
        return new OwnEndPoints([.. named, .. listen.Addresses.Count > 0 ? [] : everywhere]);
    }
}
