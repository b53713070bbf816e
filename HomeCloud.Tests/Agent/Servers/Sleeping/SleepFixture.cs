using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Servers.Sleeping;
using HomeCloud.Registry;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Agent.Servers.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Servers.Sleeping;

/// <summary>All that puts servers to sleep and wakes them, over a <see cref="FakeEngine"/> and a clock that the test moves.</summary>
internal sealed class SleepFixture : IDisposable, IPortProbe, IMachineMemory, INeighbourTable
{
    /// <summary>A little longer than the time of <see cref="Run"/>.</summary>
    public static readonly TimeSpan Awhile = TimeSpan.FromMinutes(16);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public SleepFixture()
    {
        Open();
        Engine.LosesAddresses = true;
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("homecloud-sleep").FullName;

    public ManualClock Clock { get; } = new();

    public FakeEngine Engine { get; } = new();

    public ModelRegistry Registry { get; } = new();

    public ServersOptions Options { get; } = new() { AgentId = "server1" };

    public SleepBook Book { get; private set; } = null!;

    public HistoryLog History { get; private set; } = null!;

    public IdleBook Idle { get; private set; } = null!;

    public CallerBook Callers { get; private set; } = null!;

    public OperationBook Operations { get; private set; } = null!;

    public SleepKeeper Keeper { get; private set; } = null!;

    public OwnTraffic Traffic { get; private set; } = null!;

    public SleepGates Gates { get; private set; } = null!;

    public Waker Waker { get; private set; } = null!;

    public WakeDesk Desk { get; private set; } = null!;

    public IdleWatch Watch { get; private set; } = null!;

    public PortAnswer Port { get; set; } = PortAnswer.Open;

    public long? Available { get; set; }

    public string? Mac { get; set; }

    /// <summary>As the agent does when it starts: what is known comes from the files.</summary>
    public void Open()
    {
        Watch?.Dispose();
        Waker?.Dispose();
        var folders = new FolderGuard(Options);
        Book = new SleepBook(Path.Combine(Folder, "sleep.json"));
        Engine.Sleepers = Book;
        History = new HistoryLog(Path.Combine(Folder, "history.jsonl"), Clock);
        Idle = new IdleBook();
        Callers = new CallerBook(Clock);
        Operations = new OperationBook(Clock);
        Traffic = new OwnTraffic(Clock);
        var metrics = new SleepMetrics(_services.GetRequiredService<IMeterFactory>(), Book);
        var servers = new ServerKeeper(Engine, new NameClaims(Options, Registry), folders, new ReservationBook(Path.Combine(Folder, "reservations.json"), Clock), History);
        Gates = new SleepGates();
        Keeper = new SleepKeeper(Engine, servers, Book, History, Gates, metrics, Clock, NullLogger<SleepKeeper>.Instance);
        Waker = new Waker(Engine, servers, Keeper, Book, History, folders, this, this, Idle, Traffic, Gates, metrics, Clock, NullLogger<Waker>.Instance);
        Desk = new WakeDesk(Engine, Book, Waker, Callers, Traffic, metrics, Options, this, Clock, Registry);
        Watch = new IdleWatch(Engine, Book, Keeper, Waker, Gates, Idle, Callers, Operations, this, Traffic, Clock, NullLogger<IdleWatch>.Instance);
    }

    /// <summary>A container that runs.</summary>
    public ContainerFacts Run(string name, string sleep = "15m", string address = "192.168.7.20", params (string Label, string Value)[] labels)
    {
        var container = new ContainerFacts
        {
            Id = name.PadRight(64, '0'),
            Name = name,
            Life = ContainerLife.Running,
            StartedAt = Clock.GetUtcNow(),
            IsInspected = true,
            Labels = labels.Append((Label: HomeCloudLabels.Sleep, Value: sleep)).DistinctBy(label => label.Item1).ToImmutableDictionary(label => label.Item1, label => label.Item2),
            Endpoints = [new EndpointFacts("lan", "n-lan", [IPAddress.Parse(address)], []) { Mac = "02:00:00:00:00:01" }],
            Ports = [22],
        };
        Engine.Add(container);
        return container;
    }

    public ContainerFacts this[string name] => Engine.Known.Value!.Single(container => container.Name == name);

    /// <summary>Moves the clock on in steps, and looks at each.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var step = TimeSpan.FromSeconds(10);
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            Clock.Advance(step);
            await Watch.LookAsync(CancellationToken.None);
            await SettleAsync();
        }
    }

    /// <summary>A server that sleeps.</summary>
    public async Task SleepingAsync()
    {
        Run("box");
        await PassAsync(Awhile);
        this["box"].Asleep.Should().NotBeNull();
    }

    /// <summary>A device asks for an address by ARP.</summary>
    public async Task PacketAsync(string address, string client)
    {
        Desk.Packet(IPAddress.Parse(address), IPAddress.Parse(client), "02:00:00:00:00:aa", "ARP");
        await SettleAsync();
        await ReconcilerRig.Until(() => !Waker.IsWaking, () => "waking does not end");
    }

    /// <summary>A device asks for the name of a server.</summary>
    public async Task<string?> AskAsync(string name, string client = "192.168.7.50")
    {
        var record = new NameRecord
        {
            Name = name,
            Owner = Options.AgentId,
            State = RecordState.Asleep,
            Attributes = NameRecord.NoAttributes.Add(RecordAttributes.Container, name),
        };
        await Registry.ApplyAsync(Options.AgentId, [RecordChange.Put(record)]);
        return await Desk.NamedAsync(new WakeCall(Options.AgentId, name, IPAddress.Parse(client), "A"));
    }

    public void Dispose()
    {
        Watch.Dispose();
        Waker.Dispose();
        _services.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>What falls asleep is not waited for by the watch; here it is.</summary>
    public Task SettleAsync() => ReconcilerRig.Until(() => !Engine.Containers.Any(container => Gates.IsBusy(container.Id)) && Watch.Falling == 0, () => "a server neither falls asleep nor stays awake");

    Task<PortAnswer> IPortProbe.TryAsync(IPAddress address, ushort port, CancellationToken cancellationToken) => Task.FromResult(Port);

    string? INeighbourTable.MacOf(IPAddress address) => Mac;
}
