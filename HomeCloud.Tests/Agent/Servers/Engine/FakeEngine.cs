using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Tests.Agent.Servers.Engine;

/// <summary>An engine in memory, with faults that a test can switch on.</summary>
internal sealed partial class FakeEngine : IServerEngine
{
    private readonly ConcurrentDictionary<string, ContainerFacts> _containers = new();
    private readonly ConcurrentDictionary<string, EngineVolume> _volumes = new();
    private readonly List<Channel<string>> _watchers = [];
    private int _starts;
    private int _usageReadings;
    private int _listings;

    /// <summary>How often the usage of a container was asked for.</summary>
    /// <summary>What a container uses, by its id; null for figures that move by themselves.</summary>
    public Func<string, UsageReading?>? Usage { get; set; }

    public int UsageReadings => Volatile.Read(ref _usageReadings);

    /// <summary>How often it was listed anew.</summary>
    public int Listings => Volatile.Read(ref _listings);

    public List<NetworkFacts> Networks { get; } =
    [
        new("lan", "n-lan", "macvlan", OnLan: true, Internal: false) { Subnets = [IPNetwork.Parse("192.168.7.0/24")], Range = IPNetwork.Parse("192.168.7.240/28"), Taken = [IPAddress.Parse("192.168.7.254")] },
    ];

    public HashSet<string> Images { get; } = ["homecloud/sshbox:2", "busybox:latest"];

    private readonly ConcurrentDictionary<string, ContainerPlan> _made = new();
    private readonly ConcurrentDictionary<string, string> _imageOf = new();

    public IReadOnlyCollection<ContainerFacts> Containers => [.. _containers.Values];

    public IReadOnlyCollection<string> VolumeNames => [.. _volumes.Keys];

    public void Add(ContainerFacts container)
    {
        _containers[container.Id] = container;
        Tell();
    }

    public Outcome<IReadOnlyList<ContainerFacts>> Known => Away is { } away ? away : Outcomes.Success(Listed());

    public async Task<Outcome<IReadOnlyList<ContainerFacts>>> ListAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _listings);
        var listed = Away is { } away ? away : Outcomes.Success(Listed());
        await OnTheWay();
        return listed;
    }

    public Task<Outcome<IReadOnlyList<ContainerFacts>>> AsideAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Away is { } away ? away : Outcomes.Success<IReadOnlyList<ContainerFacts>>([.. _containers.Values.Where(c => c.IsAside)]));

    public Task<Outcome<ServerSource>> SourceAsync(string container, CancellationToken cancellationToken)
    {
        lock (Plans)
        {
            if (!_containers.TryGetValue(container, out var facts))
                return Task.FromResult<Outcome<ServerSource>>(new ServerProblem(ProblemCode.NotFound, "There is no such container."));
            var plan = _made.GetOrAdd(container, _ => new ContainerPlan { Name = facts.Name, Image = facts.Image, Network = "lan", Labels = facts.Labels.ToImmutableSortedDictionary() });
            return Task.FromResult<Outcome<ServerSource>>(new ServerSource(plan with { MemoryBytes = facts.MemoryLimit, Mounts = [.. plan.Mounts.Select(m => m with { Kind = m.IsPath ? m.Kind : MountKind.SharedVolume })] }, _imageOf.GetOrAdd(container, _ => IdOf(plan.Image)), [plan.Network]));
        }
    }

    public Task<ServerProblem?> LimitAsync(string container, long memoryBytes, double cpus, CancellationToken cancellationToken)
    {
        Limits.Enqueue((memoryBytes, cpus));
        return Change(container, c => memoryBytes > 0 ? c with { MemoryLimit = memoryBytes } : c);
    }

    public async IAsyncEnumerable<string> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<string>();
        lock (_watchers)
            _watchers.Add(channel);

        yield return "subscribed";
        await foreach (var line in channel.Reader.ReadAllAsync(cancellationToken))
            yield return line;
    }

    public IReadOnlyList<NetworkFacts> KnownLanNetworks => Away is null ? [.. Networks] : [];

    public Task<Outcome<IReadOnlyList<NetworkFacts>>> LanNetworksAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Outcomes.Success<IReadOnlyList<NetworkFacts>>([.. Networks]));

    public Task<Outcome<string>> CreateAsync(ContainerPlan plan, CancellationToken cancellationToken)
    {
        lock (Plans)
            Plans.Add(plan);

        Before("create", plan.Name);
        if (Away is { } away)
            return Task.FromResult<Outcome<string>>(away);
        if (CreateFailure is { } failure)
            return Task.FromResult<Outcome<string>>(failure);

        if (plan.Address is { } address && Unwilling.Contains(address))
            return Task.FromResult<Outcome<string>>(new ServerProblem(ProblemCode.AddressTaken, "Address already in use"));

        var id = Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");
        _made[id] = plan;
        _imageOf[id] = plan.Image.StartsWith("sha256:", StringComparison.Ordinal) ? plan.Image : IdOf(plan.Image);
        _containers[id] = new ContainerFacts
        {
            Id = id,
            MemoryLimit = plan.MemoryBytes,
            Name = plan.Name,
            Image = plan.Image,
            Life = ContainerLife.Created,
            Created = DateTimeOffset.UtcNow,
            Labels = plan.Labels.ToImmutableDictionary(),
            Endpoints = [new EndpointFacts(plan.Network, "", plan.Address is null ? [] : [plan.Address], []) { Mac = plan.Mac ?? "" }],
            Volumes = [.. plan.Mounts.Where(m => !m.IsPath).Select(m => m.Source)],
            Ports = ImagePorts,
        };
        Tell();
        return Task.FromResult<Outcome<string>>(AfterCreate is { } lost ? lost : id);
    }

    public async Task<ServerProblem?> StartAsync(string container, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _starts);
        Before("start", NameOf(container));
        if (Away is { } away)
            return away;
        await BeforeStart();
        if (StartFailure is { } failure)
            return failure;
        if (_containers.TryGetValue(container, out var facts) && facts.Endpoints.Any(endpoint => MacsInUse.Contains(endpoint.Mac)))
            return new ServerProblem(ProblemCode.MacInUse, "address already in use");

        var started = await Change(container, c => c with
        {
            Life = LifeAfterStart,
            StartedAt = LifeAfterStart == ContainerLife.Running ? DateTimeOffset.UtcNow : null,
            Endpoints = LosesAddresses && Kept.LastOrDefault(places => places.Count > 0) is not null && Sleepers?.ById.GetValueOrDefault(container) is { } asleep
                ? [.. c.Endpoints.Select(e => e with { Addresses = asleep.Places[0].Addresses })] : c.Endpoints,
        });
        AfterStart();
        return started;
    }

    public async Task<ServerProblem?> StopAsync(string container, CancellationToken cancellationToken)
    {
        BeforeStop();
        Before("stop", NameOf(container));
        if (Away is { } away)
            return away;
        if ((StopFailure ?? StopRefusal(NameOf(container))) is { } failure)
            return failure;
        var stopped = await Change(container, c => c with { Life = ContainerLife.Exited, StartedAt = null, Endpoints = LosesAddresses ? [.. c.Endpoints.Select(e => e with { Addresses = [] })] : c.Endpoints });
        AfterStop();
        return stopped;
    }

    public Task<ServerProblem?> PauseAsync(string container, CancellationToken cancellationToken) =>
        StopFailure is { } failure ? Task.FromResult<ServerProblem?>(failure) : Change(container, c => c with { Life = ContainerLife.Paused });

    public Task<ServerProblem?> UnpauseAsync(string container, CancellationToken cancellationToken) => Change(container, c => c with { Life = ContainerLife.Running });

    public Task<ServerProblem?> KeepPlacesAsync(string container, IReadOnlyList<KeptPlace> places, CancellationToken cancellationToken)
    {
        Kept.Enqueue(places);
        return Task.FromResult<ServerProblem?>(null);
    }

    public Task<UseReading?> UseAsync(ContainerFacts container, bool thoroughly, CancellationToken cancellationToken) => Task.FromResult(Use(container));

    public Task<ServerProblem?> RestartAsync(string container, CancellationToken cancellationToken) => StartAsync(container, cancellationToken);

    public Task<ServerProblem?> RenameAsync(string container, string name, CancellationToken cancellationToken) =>
        Doing("rename", name) ?? (RenameFailure is { } failure ? Task.FromResult<ServerProblem?>(failure) : Change(container, c => c with { Name = name }));

    private Task<ServerProblem?>? Doing(string what, string name)
    {
        Before(what, name);
        return Away is { } away ? Task.FromResult<ServerProblem?>(away) : null;
    }

    private string NameOf(string container) => _containers.TryGetValue(container, out var facts) ? facts.Name : container;

    public Task<ServerProblem?> RemoveAsync(string container, bool kill, CancellationToken cancellationToken)
    {
        if (Doing("remove", NameOf(container)) is { } doing)
            return doing;
        if (RemoveFailure is { } failure)
            return Task.FromResult<ServerProblem?>(failure);

        Removals.Enqueue(kill);
        _containers.TryRemove(container, out _);
        Tell();
        return Task.FromResult<ServerProblem?>(null);
    }

    public async IAsyncEnumerable<EngineLogLine> LogsAsync(
        string container, int tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var line in Logs.TakeLast(tail))
            yield return line;

        if (LogsHang)
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    public Task<Outcome<IEngineTerminal>> OpenTerminalAsync(string container, TerminalSize size, CancellationToken cancellationToken)
    {
        if (ShellRefusal is { } refusal)
            return Task.FromResult<Outcome<IEngineTerminal>>(refusal);
        var terminal = new FakeTerminal(NameOf(container), size);
        Terminals.Enqueue(terminal);
        return Task.FromResult(Outcomes.Success<IEngineTerminal>(terminal));
    }

    public Task<UsageReading?> UsageAsync(string container, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _usageReadings);
        if (Usage is { } usage)
            return Task.FromResult(usage(container));
        return Task.FromResult<UsageReading?>(new UsageReading(
            (ulong)(Environment.TickCount64 * 1e6 * (container.Sum(c => c) % 60) / 100),
            (long)(container.Sum(c => c * 7) % 800) << 20,
            1L << 30));
    }

    private Task<ServerProblem?> Change(string id, Func<ContainerFacts, ContainerFacts> change)
    {
        if (!_containers.TryGetValue(id, out var container))
            return Task.FromResult<ServerProblem?>(new ServerProblem(ProblemCode.NotFound, "There is no such container."));

        _containers[id] = change(container);
        Tell();
        return Task.FromResult<ServerProblem?>(null);
    }

    /// <summary>With the places that the rules of naming find: its first address.</summary>
    private IReadOnlyList<ContainerFacts> Listed() =>
    [
        .. SleepOverlay.Apply(SettingsOverlay.Apply([.. _containers.Values.Where(c => !c.IsAside)], Settings?.ById ?? ImmutableDictionary<string, ImmutableDictionary<string, string>>.Empty), Sleepers?.ById ?? ImmutableDictionary<string, Asleep>.Empty).Select(c => c with
        {
            Lan = c.Endpoints.FirstOrDefault(e => !e.Addresses.IsEmpty) is { } place ? new LanPlace([.. c.Endpoints.SelectMany(e => e.Addresses)], place.Network, null) : LanPlace.None,
        }),
    ];

    private void Tell()
    {
        lock (_watchers)
            _watchers.ForEach(w => w.Writer.TryWrite("change"));
    }
}
