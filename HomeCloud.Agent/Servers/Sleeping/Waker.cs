using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>Wakes servers: each once however many call, only so many at a time, and none without the memory that it needs.</summary>
public sealed partial class Waker(
    IServerEngine engine, ServerKeeper servers, SleepKeeper keeper, SleepBook book, HistoryLog history, FolderGuard folders, IPortProbe ports, IMachineMemory memory,
    IdleBook idle, OwnTraffic own, SleepGates gates, SleepMetrics metrics, TimeProvider time, ILogger<Waker> logger) : IDisposable
{
    /// <summary>An engine that starts twenty together starts each of them late.</summary>
    private const int StartsAtOnce = 4;

    /// <summary>What the machine keeps for itself.</summary>
    private const long SpareMemory = 64L << 20;

    private static readonly TimeSpan ReadyTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ReadyInterval = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _turns = new(StartsAtOnce, StartsAtOnce);
    private readonly ConcurrentDictionary<string, Lazy<Waking>> _waking = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (int Times, long At)> _failures = new(StringComparer.Ordinal);

    /// <summary>Whether any server is on its way up.</summary>
    internal bool IsWaking => !_waking.IsEmpty;

    /// <summary>Wakes a container; callers that come meanwhile join. One that does not sleep is awake already.</summary>
    /// <param name="container">Container id.</param>
    /// <param name="by">Who called.</param>
    /// <param name="detail">How, for the history.</param>
    /// <param name="caller">The device that called; null for a person or ourselves.</param>
    public Waking Wake(string container, string by, string detail, IPAddress? caller = null)
    {
        Lazy<Waking>? fresh = null;
        fresh = new Lazy<Waking>(() => Begin(container, by, detail, caller, fresh!));
        return _waking.AddOrUpdate(container, fresh, (_, now) => IsOver(container, now) ? fresh : now).Value;
    }

    /// <summary>Whether the last attempt failed a moment ago, so that another would only fail as well.</summary>
    public bool IsResting(string container) =>
        _failures.TryGetValue(container, out var failed) && time.GetElapsedTime(failed.At) < TimeSpan.FromTicks(Math.Min(LastRetry.Ticks, FirstRetry.Ticks << Math.Min(failed.Times - 1, 10)));

    /// <summary>It runs, and we did not wake it.</summary>
    public void WokenByOthers(ContainerFacts container)
    {
        if (!book.Remove(container.Id))
            return;
        _failures.TryRemove(container.Id, out _);
        history.Expect(HistoryKind.Started, container.Name);
        history.Add(HistoryKind.Woken, container.Name, "docker", "started there");
        metrics.Woken();
    }

    /// <summary>Starts a server, or wakes it.</summary>
    public async Task<ServerProblem?> StartAsync(string name, string by, CancellationToken cancellationToken)
    {
        var found = await servers.FindAsync(name, cancellationToken);
        return found is { IsSuccess: true, Value: { Asleep: not null, Id: var id } } ? await Wake(id, by, "by hand").Started : await servers.StartAsync(name, by, cancellationToken);
    }

    /// <summary>Restarts a server, or wakes it.</summary>
    public async Task<ServerProblem?> RestartAsync(string name, string by, CancellationToken cancellationToken)
    {
        var found = await servers.FindAsync(name, cancellationToken);
        return found is { IsSuccess: true, Value: { Asleep: not null, Id: var id } } ? await Wake(id, by, "by hand").Started : await servers.RestartAsync(name, by, cancellationToken);
    }

    public void Dispose() => _turns.Dispose();

    /// <summary>It sleeps again, though its port is still waited for.</summary>
    private bool IsOver(string container, Lazy<Waking> waking) => waking is { IsValueCreated: true, Value.Started.IsCompleted: true } && book.Sleepers.ContainsKey(container);

    private Waking Begin(string container, string by, string detail, IPAddress? caller, Lazy<Waking> self)
    {
        var began = time.GetTimestamp();
        var started = StartSafelyAsync(container, by, detail, caller);
        return new Waking(began, started, ReadyAsync(container, started, began, self));
    }

    /// <summary>Whatever goes wrong is an outcome, and the next caller begins anew.</summary>
    private async Task<ServerProblem?> StartSafelyAsync(string container, string by, string detail, IPAddress? caller)
    {
        await Task.Yield();
        try
        {
            return await StartAsync(container, by, detail, caller);
        }
        catch (Exception exception)
        {
            LogBug(container, exception);
            return new ServerProblem(ProblemCode.EngineRefused, $"Waking failed: {exception.Message}", "See the agent's log for details.");
        }
    }

    private async Task<ServerProblem?> StartAsync(string id, string by, string detail, IPAddress? caller)
    {
        using var turn = await gates.EnterAsync(id);
        if (!book.Sleepers.TryGetValue(id, out var sleeper))
            return null;
        var all = await engine.ListAsync(CancellationToken.None);
        if (!all.IsSuccess)
            return all.Problem;
        if (all.Value.FirstOrDefault(container => container.Id == id) is not { } found)
        {
            book.Remove(id);
            return new ServerProblem(ProblemCode.NotFound, $"{sleeper.Name} is gone.");
        }

        foreach (var needed in Dependencies.Of(found, all.Value).Where(needed => needed.Asleep is not null))
            await Wake(needed.Id, by, $"{found.Name} needs it").Started;

        var problem = await InTurnAsync(found, sleeper, all.Value);
        if (problem is not null)
        {
            Failed(found, sleeper, by, problem);
            return problem;
        }

        // Crossed out only when the loop has seen it run: in between the name would have no address.
        await engine.ListAsync(CancellationToken.None);
        book.Remove(id);
        idle.Woken(id, caller, found.Life != ContainerLife.Paused);
        _failures.TryRemove(id, out _);
        history.Add(HistoryKind.Woken, found.Name, by, detail);
        metrics.Woken();
        LogWoken(found.Name, by, detail);
        return null;
    }

    private async Task<ServerProblem?> InTurnAsync(ContainerFacts found, Sleeper sleeper, IReadOnlyList<ContainerFacts> all)
    {
        await _turns.WaitAsync();
        try
        {
            if (found.Life != ContainerLife.Paused && await MakeRoomAsync(found, sleeper) is { } crowded)
                return crowded;
            if (!found.Binds.IsEmpty && folders.Check(found, all) is { } unsafeNow)
                return unsafeNow;
            history.Expect(HistoryKind.Started, found.Name);
            own.Forget(found.Addresses);
            return found.Life == ContainerLife.Paused ? await engine.UnpauseAsync(found.Id, CancellationToken.None) : await engine.StartAsync(found.Id, CancellationToken.None);
        }
        finally
        {
            _turns.Release();
        }
    }

    private void Failed(ContainerFacts found, Sleeper sleeper, string by, ServerProblem problem)
    {
        var times = _failures.AddOrUpdate(found.Id, _ => (1, time.GetTimestamp()), (_, before) => (before.Times + 1, time.GetTimestamp())).Times;
        metrics.WakeFailed();
        var message = problem.Message.ToString();
        LogNotWoken(found.Name, message);
        if (sleeper.Asleep.Trouble != message)
            history.Add(HistoryKind.WakeFailed, found.Name, by, message);
        if (times > 1 && sleeper.Asleep.Trouble == message)
            return;
        try
        {
            book.Put(found.Id, sleeper with { Asleep = sleeper.Asleep with { Trouble = message } });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnwritten(exception.Message);
        }
    }

    /// <summary>The longest idle one gives way; nobody that is in use does.</summary>
    private async Task<ServerProblem?> MakeRoomAsync(ContainerFacts found, Sleeper sleeper)
    {
        bool Fits() => memory.Available is not { } available || available >= sleeper.MemoryBytes + SpareMemory;
        if (Fits())
            return null;
        foreach (var (other, _) in idle.All.OrderBy(pair => pair.Value.LastUse).ToList())
        {
            // Who is busy may wait for the very turn that this one has.
            if (gates.IsBusy(other) || engine.Known is not { IsSuccess: true } known || known.Value.FirstOrDefault(container => container.Id == other) is not { } candidate)
                continue;
            if (SleepRule.Of(candidate, book.Setting(candidate.Name)) is { IsPause: false } && await keeper.SleepAsync(candidate.Name, "homecloud", $"gave way to {found.Name}", IsQuietAsync) is null && Fits())
                return null;
        }

        return Fits() ? null : new ServerProblem(
            ProblemCode.Busy,
            $"{found.Name} cannot be woken: it used {sleeper.MemoryBytes >> 20} MiB, and {memory.Available >> 20} MiB of memory are free.",
            "Stop another server, or let more of them sleep (homecloud set NAME --sleep 15m).");
    }

    /// <summary>Idle, though perhaps not for as long as its rule says.</summary>
    private async Task<Phrase?> IsQuietAsync(ContainerFacts container, IReadOnlyList<ContainerFacts> all) =>
        container.Health is ContainerHealthState.Starting or ContainerHealthState.Unhealthy ? "its health check does not pass"
        : await engine.UseAsync(container, thoroughly: true, CancellationToken.None) is not { Connections: 0, RunsExec: false } ? "it is in use"
        : null;

    private async Task ReadyAsync(string container, Task<ServerProblem?> started, long began, Lazy<Waking> self)
    {
        try
        {
            if (await started is null && engine.Known is { IsSuccess: true } known && known.Value.FirstOrDefault(found => found.Id == container) is { IsUp: true } found)
            {
                await AnswersAsync(found);
                metrics.Ready(time.GetElapsedTime(began));
            }
        }
        catch (Exception exception)
        {
            LogBug(container, exception);
        }
        finally
        {
            _waking.TryRemove(new KeyValuePair<string, Lazy<Waking>>(container, self));
        }
    }

    /// <summary>Its first port answers; or nobody can know, as this host may not reach its own macvlan containers.</summary>
    private async Task AnswersAsync(ContainerFacts container)
    {
        if (ServerViews.LanAddress(container) is not { } address || ServerViews.Ports(container) is not [var port, ..])
            return;
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < ReadyTime && await ports.TryAsync(address, port, CancellationToken.None) == PortAnswer.Refused)
            await Task.Delay(ReadyInterval, time);
    }

    [LoggerMessage(LogLevel.Information, "Server {Server}: woken by {By}: {How}")]
    private partial void LogWoken(string server, string by, string how);

    [LoggerMessage(LogLevel.Error, "Server {Server}: could not be woken: {Reason}")]
    private partial void LogNotWoken(string server, string reason);

    [LoggerMessage(LogLevel.Error, "Sleepers: could not be written: {Reason}")]
    private partial void LogUnwritten(string reason);

    [LoggerMessage(LogLevel.Error, "Container {Container}: waking it failed; internal error; please report it")]
    private partial void LogBug(string container, Exception exception);
}

/// <summary>A server on its way up.</summary>
/// <param name="Began">Timestamp.</param>
/// <param name="Started">The container runs; or why not.</param>
/// <param name="Ready">Its first port answers, or nobody knows.</param>
public sealed record Waking(long Began, Task<ServerProblem?> Started, Task Ready);
