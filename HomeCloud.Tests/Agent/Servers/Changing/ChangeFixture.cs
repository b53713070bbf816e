using System.Diagnostics.Metrics;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Changing;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Servers.Sleeping;
using HomeCloud.Tests.Agent.Servers.Making;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Servers.Changing;

/// <summary>All that changes servers, over a <see cref="MakerFixture"/>; <see cref="Restart"/> is what a new agent has: the files and the engine.</summary>
internal sealed class ChangeFixture : IDisposable, IMachineMemory
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private Waker? _waker;

    public ChangeFixture()
    {
        Home.Engine.Images.Add("app:1");
        Restart();
    }

    public MakerFixture Home { get; } = new();

    public ChangeBook Changes { get; private set; } = null!;

    public SettingsBook Settings { get; private set; } = null!;

    public ServerKeeper Keeper { get; private set; } = null!;

    public SleepKeeper Sleep { get; private set; } = null!;

    public ServerChanger Changer { get; private set; } = null!;

    public ChangeRecovery Recovery { get; private set; } = null!;

    public ImageNews News { get; private set; } = null!;

    public Feed Feed { get; } = new();

    public ServersOptions Options { get; } = new();

    public void Restart()
    {
        _waker?.Dispose();
        Recovery?.Dispose();
        var engine = Home.Engine;
        Changes = new ChangeBook(Path.Combine(Home.Folder, "changes.json"));
        Settings = new SettingsBook(Path.Combine(Home.Folder, "settings.json"));
        engine.Settings = Settings;
        Keeper = new ServerKeeper(engine, Home.Names, Home.Folders, Home.Book, Home.History, Changes);
        var sleeping = new SleepBook(Path.Combine(Home.Folder, "sleep.json"));
        engine.Sleepers = sleeping;
        var metrics = new SleepMetrics(_services.GetRequiredService<IMeterFactory>(), sleeping);
        var gates = new SleepGates();
        Sleep = new SleepKeeper(engine, Keeper, sleeping, Home.History, gates, metrics, TimeProvider.System, NullLogger<SleepKeeper>.Instance);
        _waker = new Waker(engine, Keeper, Sleep, sleeping, Home.History, Home.Folders, Home, this, new IdleBook(), new OwnTraffic(TimeProvider.System), gates, metrics, TimeProvider.System, NullLogger<Waker>.Instance);
        var exchange = new Exchange(engine, Changes, Home.Book, Home.Readiness, Home.History, TimeProvider.System, NullLogger<Exchange>.Instance);
        Changer = new ServerChanger(
            engine, Keeper, Sleep, _waker, new ChangePlanner(Home.Planner, Home.Names, TimeProvider.System), exchange, Home.Images, Home.Catalogue, Home.Book, Home.Giver, Settings, sleeping, Home.History,
            Home.Operations, Home, NullLogger<ServerChanger>.Instance);
        Recovery = new ChangeRecovery(engine, Changes, exchange, Changer, Settings, TimeProvider.System, NullLogger<ChangeRecovery>.Instance);
        News = new ImageNews(engine, Keeper, new RegistryAnswers(engine, Home.Clock), Feed, Options, Home.Clock, NullLogger<ImageNews>.Instance);
    }

    /// <summary>A server that runs, with an address, a MAC and a volume; it declares a port, which answers.</summary>
    public async Task<ContainerFacts> MakeAsync(string name = "app")
    {
        Home.Engine.ImagePorts = [80];
        (await Home.MakeAsync(new CreateServer
        {
            Name = name,
            Image = "app:1",
            Volumes = ["data:/d"],
            Memory = "256m",
            Environment = new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" },
        })).Problem.Should().BeNull();
        return this[name];
    }

    public ContainerFacts this[string name] => Home.Engine.Containers.Single(container => container.Name == name);

    public async Task<Operation> SetAsync(SetServer wanted, string name = "app")
    {
        var (operation, problem) = await Changer.SetAsync(name, wanted, "mo");
        problem.Should().BeNull();
        operation.Should().NotBeNull();
        return await EndAsync(operation!);
    }

    public static async Task<Operation> EndAsync(Operation operation)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var _ in operation.WatchAsync(deadline.Token))
        {
        }

        return operation;
    }

    public void Dispose()
    {
        Recovery.Dispose();
        _waker?.Dispose();
        _services.Dispose();
        Home.Dispose();
    }

    long? IMachineMemory.Available => null;
}
