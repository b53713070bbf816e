using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>
/// All servers as they are now, from the one model of the engine: what changed is told to the feed, and what others did (docker, compose) is put into the history.
/// </summary>
public sealed partial class ServerDirectory(
    IServerEngine engine,
    OpenPorts ports,
    LastWords lastWords,
    ReservationBook book,
    HistoryLog history,
    Feed feed,
    ServersOptions options,
    IRegistryReader? registry,
    TimeProvider time,
    ILogger<ServerDirectory> logger,
    SleepBook? sleep = null) : BackgroundService
{
    /// <summary>As records and docker ps show ids.</summary>
    private const int ShortIdLength = 12;

    /// <summary>A start makes several events, and the last one is when DNS wants engine and processors for itself: the listing waits for silence.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan LongestSettle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Echo = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private volatile State _state = new(ImmutableSortedDictionary<string, ServerView>.Empty, null, IsFirst: true);

    /// <summary>Newest first-hand knowledge; by name.</summary>
    public ImmutableSortedDictionary<string, ServerView> Servers => _state.Views;

    /// <summary>Why the engine cannot be asked; null when it can.</summary>
    public ServerProblem? EngineProblem => _state.Problem;

    public IReadOnlyList<ContainerFacts> Running => [.. _state.Containers.Values.Where(c => c.StartedAt is not null)];

    /// <summary>Lists now, for a caller that has just changed something.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken) => RefreshAsync(looks: true, cancellationToken);

    private async Task RefreshAsync(bool looks, CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var listed = looks ? await engine.ListAsync(cancellationToken) : engine.Known;
            if (listed.IsSuccess)
            {
                Follow(listed.Value);
                Apply(listed.Value);
            }
            else if (!listed.Problem.Message.Equals(_state.Problem?.Message))
            {
                _state = _state with { Problem = listed.Problem };
                feed.Tell(new FeedItem("engine", new EngineState(listed.Problem)));
            }
        }
        finally
        {
            _refreshing.Release();
        }
    }

    public override void Dispose()
    {
        _refreshing.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _ = Task.Run(() => FollowNamesAsync(stoppingToken), CancellationToken.None);
        if (sleep is not null)
            sleep.Changed += () => _ = ShowAnewAsync(CancellationToken.None);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception)
            {
                LogBug(exception);
            }

            await Task.Delay(Retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var pending = 0;
        long last = 0;
        await foreach (var signal in engine.WatchAsync(cancellationToken))
        {
            LogSignal(signal);

            // A burst of events costs one listing.
            Volatile.Write(ref last, time.GetTimestamp());
            if (Interlocked.Exchange(ref pending, 1) == 0)
            {
                _ = Task.Run(
                    async () =>
                    {
                        var first = time.GetTimestamp();
                        do
                        {
                            await Task.Delay(Settle, time, cancellationToken);
                        }
                        while (time.GetElapsedTime(Volatile.Read(ref last)) < Settle && time.GetElapsedTime(first) < LongestSettle);

                        Interlocked.Exchange(ref pending, 0);
                        await TryRefreshAsync(cancellationToken);
                    },
                    cancellationToken);
            }
        }
    }

    private async Task TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(looks: false, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogBug(exception);
        }
    }

    /// <summary>Names or ports changed and containers did not: the engine need not be asked.</summary>
    private async Task ShowAnewAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var old = _state;
            _state = old with { Views = Build(old.Containers) };
            Tell(old.Views, _state.Views);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>A disk that is full keeps nobody from seeing what runs; the next listing tries again.</summary>
    private void Follow(IReadOnlyList<ContainerFacts> listed)
    {
        try
        {
            book.Follow(listed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnwritten(exception.Message);
        }
    }

    private void Apply(IReadOnlyList<ContainerFacts> listed)
    {
        var old = _state;
        var containers = listed.ToImmutableDictionary(c => c.Id, StringComparer.Ordinal);
        var views = Build(containers);
        _state = new State(views, null, IsFirst: false) { Containers = containers, ShortIds = [.. containers.Keys.Select(ShortId)] };
        if (old.Problem is not null || old.IsFirst)
            feed.Tell(new FeedItem("engine", new EngineState(null)));

        Tell(old.Views, views);
        if (!old.IsFirst)
            ForeignChanges.Record(old.Containers, containers, history, Echo);

        foreach (var container in listed.Where(c => c.StartedAt is not null && (!old.Containers.TryGetValue(c.Id, out var was) || was.StartedAt != c.StartedAt)))
        {
            _ = Task.Run(() => ports.TryAsync(
                container,
                () => _state.Containers.TryGetValue(container.Id, out var now) && now.StartedAt == container.StartedAt,
                () => ShowAnewAsync(CancellationToken.None)));
        }

        foreach (var container in LastWords.Crashed(listed, old.Containers))
            _ = Task.Run(() => AskWhyAsync(container.Id));

        ports.KeepOnly(containers);
        lastWords.KeepOnly(containers);
    }

    private async Task AskWhyAsync(string id)
    {
        try
        {
            if (await lastWords.ReadAsync(id))
                await ShowAnewAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogBug(exception);
        }
    }

    private ImmutableSortedDictionary<string, ServerView> Build(ImmutableDictionary<string, ContainerFacts> containers)
    {
        var records = (registry?.Current ?? RegistrySnapshot.Empty).Records.Values
            .Where(r => r.Attributes.ContainsKey(RecordAttributes.ContainerId))
            .ToLookup(r => r.Attributes[RecordAttributes.ContainerId], StringComparer.Ordinal);
        return containers.Values
            .DistinctBy(c => c.Name, StringComparer.Ordinal)
            .Select(c => View(c, records[ShortId(c.Id)].ToList()))
            .ToImmutableSortedDictionary(v => v.Name, v => v, StringComparer.Ordinal);
    }

    private ServerView View(ContainerFacts container, List<NameRecord> records) => ServerViews.From(
        container,
        $"{DnsNames.Of(container, records, options.Zone)}.{options.Zone}",
        port => ports.IsOpen(container.Id, port),
        records.Find(r => r.Explanation is not null)?.Explanation,
        book.Find(container.Name)?.Address,
        lastWords.Of(container.Id),
        sleep?.Setting(container.Name));

    private static string ShortId(string id) => id.Length > ShortIdLength ? id[..ShortIdLength] : id;

    /// <summary>A name that DNS gives a container a little later, as in a conflict or with compose, is shown then too.</summary>
    private async Task FollowNamesAsync(CancellationToken cancellationToken)
    {
        if (registry is null)
            return;

        await foreach (var update in registry.WatchAsync(cancellationToken))
        {
            if (update.IsSnapshot || update.Changes.Any(change => change.Record?.Attributes.GetValueOrDefault(RecordAttributes.ContainerId) is { } id && _state.ShortIds.Contains(id)))
            {
                // The same update goes to DNS, which wants the processors now; several changes make one view.
                await Task.Delay(Settle, time, cancellationToken);
                await ShowAnewAsync(cancellationToken);
            }
        }
    }

    private void Tell(ImmutableSortedDictionary<string, ServerView> old, ImmutableSortedDictionary<string, ServerView> now)
    {
        foreach (var view in now.Values)
        {
            if (!old.TryGetValue(view.Name, out var was) || !Same(was, view))
                feed.Tell(new FeedItem("server", view));
        }

        foreach (var name in old.Keys.Where(n => !now.ContainsKey(n)))
            feed.Tell(new FeedItem("gone", new NameEvent(name)));
    }

    private static bool Same(ServerView a, ServerView b) =>
        JsonSerializer.SerializeToUtf8Bytes(a, ServerViewJson.Default.ServerView).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(b, ServerViewJson.Default.ServerView));

    [JsonSerializable(typeof(ServerView))]
    private sealed partial class ServerViewJson : JsonSerializerContext;

    private sealed record State(ImmutableSortedDictionary<string, ServerView> Views, ServerProblem? Problem, bool IsFirst)
    {
        public ImmutableDictionary<string, ContainerFacts> Containers { get; init; } = ImmutableDictionary<string, ContainerFacts>.Empty;

        public ImmutableHashSet<string> ShortIds { get; init; } = [];
    }

    [LoggerMessage(LogLevel.Trace, "Engine: {Signal}")]
    private partial void LogSignal(string signal);

    [LoggerMessage(LogLevel.Error, "Reservations: could not be written after a change of the containers: {Reason}")]
    private partial void LogUnwritten(string reason);

    [LoggerMessage(LogLevel.Error, "Servers: following failed unexpectedly; retrying. Internal error; please report it")]
    private partial void LogBug(Exception exception);
}
