using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>
/// Looks at the servers that may fall asleep, and puts those to sleep that nobody uses. Servers that sleep, and those that never
/// do, cost nothing: without a candidate nothing here runs.
/// </summary>
internal sealed partial class IdleWatch(
    IServerEngine engine, SleepBook book, SleepKeeper keeper, Waker waker, SleepGates gates, IdleBook idle, CallerBook callers, OperationBook operations, IPortProbe ports, OwnTraffic traffic,
    TimeProvider time, ILogger<IdleWatch> logger) : BackgroundService
{
    /// <summary>Unicast packets a minute that are no use yet: the server's own clock, updates and name lookups.</summary>
    private const double QuietPackets = 20;

    /// <summary>So few are never a use, however short the time between two looks.</summary>
    private const double LeastPackets = 6;

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(30);

    /// <summary>How long a server may take to open its first port.</summary>
    private static readonly TimeSpan StartTime = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _news = new(0);
    private readonly HashSet<string> _falling = [];

    /// <summary>How many are being put to sleep.</summary>
    internal int Falling
    {
        get
        {
            lock (_falling)
                return _falling.Count;
        }
    }

    public override void Dispose()
    {
        _news.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        book.Changed += Wake;
        _ = Task.Run(() => FollowAsync(stoppingToken), CancellationToken.None);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var next = await LookSafelyAsync(stoppingToken);
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                var news = _news.WaitAsync(pause.Token);
                await Task.WhenAny(news, Task.Delay(next ?? Timeout.InfiniteTimeSpan, time, pause.Token));
                await pause.CancelAsync();
            }
        }
        finally
        {
            book.Changed -= Wake;
        }
    }

    /// <summary>Looks at all that are due.</summary>
    /// <returns>When the next one is due; null when there is none.</returns>
    internal async Task<TimeSpan?> LookAsync(CancellationToken cancellationToken)
    {
        if (engine.Known is not { IsSuccess: true } known)
            return null;
        book.Follow(known.Value);
        TimeSpan? next = null;
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var container in known.Value.Where(container => container.Life == ContainerLife.Running && container.Asleep is null))
        {
            if (book.Sleepers.ContainsKey(container.Id))
            {
                if (await RunsAsync(container.Id))
                    waker.WokenByOthers(container);
                continue;
            }

            if (SleepRule.Of(container, book.Setting(container.Name)).After is not { } after || !container.IsInspected)
                continue;
            present.Add(container.Id);
            var due = await LookAtAsync(container, after, cancellationToken);
            next = next is null || due < next ? due : next;
        }

        foreach (var (id, _) in idle.All)
        {
            if (!present.Contains(id))
                idle.Forget(id);
        }

        return next;
    }

    /// <summary>What is known may be from before it was stopped: asked anew, while nobody stops or starts it.</summary>
    private async Task<bool> RunsAsync(string id) =>
        !gates.IsBusy(id) && await engine.ListAsync(CancellationToken.None) is { IsSuccess: true, Value: { } now }
        && now.Any(container => container.Id == id && container.Life == ContainerLife.Running && container.Asleep is null) && !gates.IsBusy(id);

    private void Wake()
    {
        if (_news.CurrentCount == 0)
            _news.Release();
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in engine.WatchAsync(cancellationToken))
            Wake();
    }

    private async Task<TimeSpan?> LookSafelyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(exception);
            return LongestInterval;
        }
    }

    /// <returns>Until it is due again.</returns>
    private async Task<TimeSpan> LookAtAsync(ContainerFacts container, TimeSpan after, CancellationToken cancellationToken)
    {
        var interval = TimeSpan.FromTicks(Math.Clamp(after.Ticks / 4, ShortestInterval.Ticks, LongestInterval.Ticks));
        var now = time.GetTimestamp();
        var state = idle.Find(container.Id, container.StartedAt, now);
        if (state.LastLook is { } last && time.GetElapsedTime(last, now) is var since && since < interval)
            return interval - since;

        var reading = await engine.UseAsync(container, thoroughly: false, cancellationToken);
        var own = traffic.With(container.Addresses);
        var packets = Packets(container.Id, state, reading, own);
        if (IsUse(state, reading, packets, now))
        {
            state.LastUse = now;
            state.WhyAwake = null;
        }

        // One page is too little to keep it awake, and enough to have been worth waking it.
        if (reading?.Connections > 0 || packets >= LeastPackets)
            idle.Came(container.Id);

        state.LastLook = now;
        (state.Packets, state.Own) = (reading?.Packets, own);
        if (time.GetElapsedTime(state.LastUse, now) >= after)
            Fall(container, after, state);
        return interval;
    }

    /// <summary>What cannot be seen counts as use.</summary>
    private bool IsUse(Idle state, UseReading? reading, long packets, long now) =>
        reading is null || reading.Connections > 0 || reading.Packets < state.Packets
        || (state is { Packets: not null, LastLook: { } last } && packets >= Math.Max(LeastPackets, QuietPackets * time.GetElapsedTime(last, now).TotalMinutes));

    /// <summary>Since the last look, without our own. A namespace counts from its start: a caller may have come and gone before the first look.</summary>
    private long Packets(string container, Idle state, UseReading? reading, long own)
    {
        if (reading is null)
            return 0;
        var (packets, ours) = state.Packets is { } before ? (before, state.Own)
            : reading.Connections is not null && idle.IsAnew(container) ? (0, 0)
            : (reading.Packets, own);
        return Math.Max(0, reading.Packets - packets - (own - ours));
    }

    /// <summary>Not waited for: one that takes ten minutes to stop keeps no other one awake.</summary>
    private void Fall(ContainerFacts container, TimeSpan after, Idle state)
    {
        lock (_falling)
        {
            if (!_falling.Add(container.Id))
                return;
        }

        _ = FallAsync(container, after, state);
    }

    private async Task FallAsync(ContainerFacts container, TimeSpan after, Idle state)
    {
        try
        {
            var problem = await keeper.SleepAsync(container.Name, "homecloud", $"nobody used it for {SleepRule.Text(after)}", (found, all) => WhyNotAsync(found, state));
            state.WhyAwake = problem?.Message;
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
        finally
        {
            lock (_falling)
                _falling.Remove(container.Id);
        }
    }

    /// <summary>The last look before it is stopped, with all that the engine can tell.</summary>
    private async Task<Phrase?> WhyNotAsync(ContainerFacts container, Idle state)
    {
        if (container.Health is ContainerHealthState.Starting or ContainerHealthState.Unhealthy)
            return container.Health == ContainerHealthState.Starting ? "its health check is starting" : "its health check fails";
        if (operations.Running.Any(operation => operation.Server == container.Name))
            return "it is being created";
        if (await IsStartingAsync(container))
            return "its first port does not answer yet";
        var reading = await engine.UseAsync(container, thoroughly: true, CancellationToken.None);
        Phrase? used = reading switch
        {
            null => "whether it is used cannot be seen",
            { RunsExec: true } => "a command runs inside (docker exec)",
            { Connections: null } => (Phrase)$"its connections cannot be seen: {reading.Unseen ?? "no reason given"}",
            { Connections: > 0 } => $"{reading.Connections} connections are open",
            _ => null,
        };
        if (reading is null or { RunsExec: true } or { Connections: > 0 })
        {
            state.LastUse = time.GetTimestamp();
            idle.Came(container.Id);
        }

        // Before it is stopped: the device may call again at once.
        if (used is null && idle.TakeWaker(container.Id) is { Caller: { } caller } woken)
        {
            if (woken.Came)
                callers.Came(container.Id, caller);
            else
                callers.InVain(container.Id, caller);
        }

        return used;
    }

    /// <summary>Every start, and so the first one, which may take long: ports that nothing listens on yet. Not for ever: the image may declare one that it never opens.</summary>
    private async Task<bool> IsStartingAsync(ContainerFacts container) =>
        container.StartedAt is { } started && time.GetUtcNow() - started < StartTime
        && ServerViews.LanAddress(container) is { } address && ServerViews.Ports(container) is [var port, ..]
        && await ports.TryAsync(address, port, CancellationToken.None) == PortAnswer.Refused;

    [LoggerMessage(LogLevel.Error, "Sleep: looking for idle servers failed; internal error; please report it")]
    private partial void LogFailed(Exception exception);
}
