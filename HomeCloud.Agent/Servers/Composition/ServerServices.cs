using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Changing;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Figures;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Servers.Sleeping;
using HomeCloud.Registry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HomeCloud.Agent.Servers.Composition;

internal static class ServerServices
{
    /// <summary>Needs <see cref="Docker.EngineClient"/>, <see cref="DockerOptions"/> and, if there is one, <see cref="IRegistry"/> among the services; the options validated already.</summary>
    public static IServiceCollection AddServers(this IServiceCollection services, ServersOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        AddEngine(services);
        AddRecords(services, options);
        AddPlanning(services, options);
        AddMaking(services);
        AddChanging(services);
        AddLive(services, options);
        AddSleeping(services);
        return services;
    }

    private static void AddEngine(IServiceCollection services)
    {
        services.TryAddSingleton(s => new RegistryCredentials(s.GetRequiredService<DockerOptions>().ConfigFile));
        services.TryAddSingleton<EngineImages>();
        services.TryAddSingleton<IServerEngine, DockerServerEngine>();
    }

    private static void AddRecords(IServiceCollection services, ServersOptions options)
    {
        string In(string file) => Path.Combine(options.DataDirectory, file);
        services.AddSingleton(s => new ReservationBook(In("reservations.json"), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new HistoryLog(In("history.jsonl"), s.GetRequiredService<TimeProvider>(), logger: s.GetRequiredService<ILogger<HistoryLog>>()));
        services.AddSingleton(_ => new SleepBook(In("sleep.json")));
        services.AddSingleton<ISleepers>(s => s.GetRequiredService<SleepBook>());
        services.AddSingleton(_ => new SettingsBook(In("settings.json")));
        services.AddSingleton<IContainerSettings>(s => s.GetRequiredService<SettingsBook>());
        services.AddSingleton(_ => new ChangeBook(In("changes.json")));
        services.AddSingleton(_ => new KeyBook(In("authorized_keys")));
        services.TryAddSingleton(_ => new AccountKeys(new SocketsHttpHandler()));
        services.AddSingleton<StaticNameBook>();
    }

    private static void AddPlanning(IServiceCollection services, ServersOptions options)
    {
        services.AddSingleton(s => new TemplateCatalogue(Path.Combine(options.DataDirectory, "templates"), s.GetRequiredService<ILogger<TemplateCatalogue>>()));
        services.AddSingleton<ServerPlanner>().AddSingleton<FolderGuard>();
        services.AddSingleton(s => new NameClaims(options, s.GetService<IRegistry>()));
    }

    private static void AddMaking(IServiceCollection services)
    {
        services.TryAddSingleton<IAddressProbe, NeighbourProbe>();
        services.TryAddSingleton<INameProbe, DnsNameProbe>();
        services.AddSingleton<OwnTraffic>();
        services.TryAddSingleton<IPortProbe, TcpPortProbe>();
        services.AddSingleton<AddressGiver>().AddSingleton<StartTurns>().AddSingleton<ReadinessCheck>().AddSingleton<VolumeStep>().AddSingleton<ImageStep>();

        // In the order in which they run.
        services.AddSingleton<IMakingStep, CheckStep>();
        services.AddSingleton<IMakingStep, ReservationStep>();
        services.AddSingleton<IMakingStep>(s => s.GetRequiredService<ImageStep>());
        services.AddSingleton<IMakingStep>(s => s.GetRequiredService<VolumeStep>());
        services.AddSingleton<IMakingStep, ContainerStep>();

        services.AddSingleton<OperationBook>().AddSingleton<ServerMaker>().AddSingleton<ServerKeeper>();
        services.AddHostedService<ExpiryClock>();
    }

    private static void AddChanging(IServiceCollection services)
    {
        services.AddSingleton<ChangePlanner>().AddSingleton<Exchange>().AddSingleton<ServerChanger>().AddSingleton<RegistryAnswers>().AddSingleton<ImageNews>();
        services.AddHostedService<ChangeRecovery>();
    }

    private static void AddSleeping(IServiceCollection services)
    {
        services.TryAddSingleton<INeighbourTable, NeighbourProbe>();
        services.TryAddSingleton<IMachineMemory, MachineMemory>();
        services.AddSingleton<SleepMetrics>().AddSingleton<IdleBook>().AddSingleton<CallerBook>().AddSingleton<SleepGates>().AddSingleton<SleepKeeper>().AddSingleton<Waker>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<WakeDesk>(s, new object?[] { s.GetService<IRegistryReader>(), s.GetService<IWakeLine>() }.OfType<object>().ToArray()));
        services.AddHostedService(s => s.GetRequiredService<WakeDesk>());
        services.AddHostedService<IdleWatch>();
        services.AddSingleton<PacketWatchStatus>();
        services.AddHostedService<PacketWatch>();
    }

    private static void AddLive(IServiceCollection services, ServersOptions options)
    {
        services.AddSingleton<Feed>().AddSingleton<AddressConflicts>().AddSingleton<OpenPorts>().AddSingleton<LastWords>();
        services.AddSingleton(s => new ServerDirectory(
            s.GetRequiredService<IServerEngine>(),
            s.GetRequiredService<OpenPorts>(),
            s.GetRequiredService<LastWords>(),
            s.GetRequiredService<ReservationBook>(),
            s.GetRequiredService<HistoryLog>(),
            s.GetRequiredService<Feed>(),
            options,
            s.GetService<IRegistry>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<ServerDirectory>>(),
            s.GetRequiredService<SleepBook>()));
        services.AddHostedService(s => s.GetRequiredService<ServerDirectory>());
        services.AddSingleton<UsageReader>().AddSingleton<UsagePoller>().AddSingleton<UsageHistory>();
        services.AddHostedService(s => s.GetRequiredService<UsagePoller>());
        services.AddHostedService(s => s.GetRequiredService<UsageHistory>());
        services.AddHostedService<HistoryTeller>();
        services.TryAddSingleton<ILanVoice, LanVoice>();
        services.AddHostedService<AddressAnnouncer>();
    }
}
