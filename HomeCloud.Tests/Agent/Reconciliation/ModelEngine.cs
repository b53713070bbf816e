using System.Net;
using System.Threading.Channels;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;

namespace HomeCloud.Tests.Agent.Reconciliation;

/// <summary>An engine in memory: containers on one macvlan network, events as Docker sends them, and faults on demand.</summary>
internal sealed class ModelEngine : IContainerEngine
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ContainerInspectResponse> _containers = [];
    private readonly List<Stream> _streams = [];
    private readonly Dictionary<string, Func<CancellationToken, Task>> _faults = [];
    private Func<Task>? _listingFault;
    private bool _away;
    private int _nextAddress = 10;

    public List<NetworkResponse> Networks { get; } =
    [
        new() { Name = "lan", ID = "n-lan", Driver = "macvlan", Options = new Dictionary<string, string> { ["parent"] = "eth0" } },
    ];

    /// <summary>What the engine says it is.</summary>
    public VersionResponse Version { get; set; } = new();

    /// <summary>As a proxy in front of the engine does.</summary>
    public bool ForbidsInfo { get; set; }

    /// <summary>By image; what is not here is an image that is gone.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, string?>> ImageLabels { get; } = [];

    public int Listings { get; private set; }

    public int Inspections { get; private set; }

    public int Subscriptions { get; private set; }

    /// <summary>Whether events reach subscribers; off to model events that are lost.</summary>
    public bool Silent { get; set; }

    public Task<IReadOnlyDictionary<string, string?>?> ImageLabelsAsync(string image, CancellationToken cancellationToken = default) =>
        Task.FromResult(ImageLabels.GetValueOrDefault(image));

    public string Create(string name, params string[] labels)
    {
        var id = $"{name}-{Guid.NewGuid():N}";
        Change(id, "create", _ => new ContainerInspectResponse
        {
            ID = id,
            Name = "/" + name,
            Created = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(_nextAddress),
            State = new State { Status = "created" },
            Config = new ContainerConfig { Labels = labels.Select(label => label.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]) },
            NetworkSettings = On("lan", "n-lan", ""),
        });
        return id;
    }

    public string Run(string name, params string[] labels)
    {
        var id = Create(name, labels);
        Start(id);
        return id;
    }

    public void Start(string id, string? address = null) => Change(id, "start", container => With(container!, now =>
    {
        now.State = new State { Status = "running", Running = true, StartedAt = "1970-01-01T00:00:00Z" };
        now.NetworkSettings = On("lan", "n-lan", address ?? $"192.168.1.{_nextAddress++}");
    }));

    public void Die(string id, int exitCode = 0) => Change(id, "die", container => With(container!, now =>
    {
        now.State = new State { Status = "exited", ExitCode = exitCode, FinishedAt = "1970-01-01T00:00:00Z" };
        now.NetworkSettings = On("lan", "n-lan", "");
    }));

    public void Update(string id, string action, Action<ContainerInspectResponse> change) => Change(id, action, container => With(container!, change));

    public void Destroy(string id) => Change(id, "destroy", _ => null);

    public string AddressOf(string id)
    {
        lock (_lock)
            return _containers[id].NetworkSettings!.Networks!["lan"]!.IPAddress!;
    }

    public void Emit(string type, string action, string id, Dictionary<string, string>? attributes = null)
    {
        Stream[] streams;
        lock (_lock)
            streams = Silent || _away ? [] : [.. _streams];
        foreach (var stream in streams)
            stream.Events.Writer.TryWrite(new Message { Type = type, Action = action, Actor = new Actor { ID = id, Attributes = attributes ?? [] } });
    }

    /// <summary>Every request fails, and open streams break.</summary>
    public void GoAway()
    {
        lock (_lock)
        {
            _away = true;
            foreach (var stream in _streams)
                stream.Events.Writer.TryComplete(Away());
            _streams.Clear();
        }
    }

    public void ComeBack()
    {
        lock (_lock)
            _away = false;
    }

    /// <summary>What happens before the inspection of this container is answered.</summary>
    public void OnInspect(string id, Func<CancellationToken, Task>? fault)
    {
        lock (_lock)
        {
            if (fault is null)
                _faults.Remove(id);
            else
                _faults[id] = fault;
        }
    }

    /// <summary>What happens before the containers are listed; a hanging one hangs whatever the caller does.</summary>
    public void OnList(Func<Task>? fault)
    {
        lock (_lock)
            _listingFault = fault;
    }

    public static NetworkSettings On(string network, string networkId, string address) => new()
    {
        Networks = new Dictionary<string, EndpointSettings> { [network] = new() { NetworkID = networkId, IPAddress = address } },
    };

    public static EngineRefusedException Broken() => new(HttpStatusCode.InternalServerError, "layer not known");

    public Task<SystemInfoResponse> InfoAsync(CancellationToken cancellationToken = default) => Answer(() => ForbidsInfo
        ? throw new EngineRefusedException(HttpStatusCode.Forbidden, "The engine answered 403 to GET /info")
        : new SystemInfoResponse { Name = "attic", ServerVersion = "20.10" });

    public Task<VersionResponse> VersionAsync(CancellationToken cancellationToken = default) => Answer(() => Version);

    public Task<IReadOnlyList<NetworkResponse>> ListNetworksAsync(CancellationToken cancellationToken = default) =>
        Answer<IReadOnlyList<NetworkResponse>>(() => [.. Networks]);

    public async Task<IReadOnlyList<ContainerListResponse>> ListContainersAsync(CancellationToken cancellationToken = default)
    {
        Func<Task>? fault;
        lock (_lock)
        {
            Listings++;
            fault = _listingFault;
        }

        if (fault is not null)
            await fault();
        return await Answer(List);
    }

    public async Task<ContainerInspectResponse?> InspectContainerAsync(string idOrName, CancellationToken cancellationToken = default)
    {
        Func<CancellationToken, Task>? fault;
        lock (_lock)
        {
            Inspections++;
            fault = _faults.GetValueOrDefault(idOrName);
        }

        if (fault is not null)
            await fault(cancellationToken);
        return await Answer(() => _containers.GetValueOrDefault(idOrName));
    }

    public Task<IEngineEvents> SubscribeAsync(CancellationToken cancellationToken = default) => Answer<IEngineEvents>(() =>
    {
        Subscriptions++;
        var stream = new Stream();
        _streams.Add(stream);
        return stream;
    });

    public static EngineAwayException Away() => new(new DockerEndpoint("/model.sock", new Uri("http://model/")), "the model says so");

    private IReadOnlyList<ContainerListResponse> List() =>
    [
        .. _containers.Values.Select(container => new ContainerListResponse
        {
            ID = container.ID,
            Names = [container.Name],
            State = container.State!.Status,
            Labels = container.Config!.Labels,
            NetworkSettings = new NetworkSettingsSummary { Networks = container.NetworkSettings!.Networks },
        }),
    ];

    private Task<T> Answer<T>(Func<T> answer)
    {
        lock (_lock)
            return _away ? Task.FromException<T>(Away()) : Task.FromResult(answer());
    }

    /// <summary>What was handed out already stays as it was.</summary>
    private static ContainerInspectResponse With(ContainerInspectResponse container, Action<ContainerInspectResponse> change)
    {
        var copy = new ContainerInspectResponse
        {
            ID = container.ID,
            Name = container.Name,
            Created = container.Created,
            State = container.State,
            Config = container.Config,
            HostConfig = container.HostConfig,
            NetworkSettings = container.NetworkSettings,
        };
        change(copy);
        return copy;
    }

    private void Change(string id, string action, Func<ContainerInspectResponse?, ContainerInspectResponse?> change)
    {
        lock (_lock)
        {
            if (change(_containers.GetValueOrDefault(id)) is { } container)
                _containers[id] = container;
            else
                _containers.Remove(id);
        }

        Emit("container", action, id);
    }

    private sealed class Stream : IEngineEvents
    {
        public Channel<Message> Events { get; } = Channel.CreateUnbounded<Message>();

        public IAsyncEnumerable<Message> ReadAsync(CancellationToken cancellationToken = default) => Events.Reader.ReadAllAsync(cancellationToken);

        public void Dispose() => Events.Writer.TryComplete();
    }
}
