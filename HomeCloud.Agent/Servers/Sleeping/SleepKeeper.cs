using System.Collections.Concurrent;
using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>
/// Puts servers to sleep and wakes them, each by one caller at a time. It is written down before the container is stopped, and
/// crossed out after it was seen running: whatever is killed in between, the name keeps its address.
/// </summary>
public sealed partial class SleepKeeper(
    IServerEngine engine, ServerKeeper servers, SleepBook book, HistoryLog history, FolderGuard folders, IPortProbe ports, IMachineMemory memory,
    IdleBook idle, SleepMetrics metrics, TimeProvider time, ILogger<SleepKeeper> logger) : IDisposable
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
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Waking>> _waking = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (int Times, long At)> _failures = new(StringComparer.Ordinal);

    /// <summary>Whether it is being put to sleep or woken now.</summary>
    public bool IsBusy(string container) => _gates.TryGetValue(container, out var gate) && gate.CurrentCount == 0;

    /// <summary>Whether any server is on its way up.</summary>
    internal bool IsWaking => !_waking.IsEmpty;

    /// <summary>Why a container can never sleep; null when it can.</summary>
    /// <param name="container">To be put to sleep.</param>
    /// <param name="all">Of the engine.</param>
    public static string? WhyNever(ContainerFacts container, IReadOnlyList<ContainerFacts> all) => container switch
    {
        { IsTemporary: true } => "Docker removes it when it stops (--rm)",
        { SwarmService: not null } => "it is a task of a Swarm service, which starts another one when it stops",
        { IsOnPodman: true, Asleep: null } => "Podman gives it another address when it starts again",
        { NetworkMode: "host" } => "it uses the host's network",
        { JoinedTo: not null } => "it uses the network of another container",
        _ when container.Label(Labels.Role) is { Length: > 0 } => "it is a part of HomeCloud",
        _ when container.Lan.Addresses.IsEmpty && container.Asleep is null && !all.Any(other => Dependencies.Of(other, all).Any(needed => needed.Id == container.Id)) =>
            "it has no address on the LAN at which it could be called",
        _ => null,
    };

    /// <summary>Puts a server to sleep.</summary>
    /// <param name="name">The server.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="detail">For the history.</param>
    /// <param name="stillIdle">Asked last of all; says why not. Null for no such question: a person wants it.</param>
    public async Task<ServerProblem?> SleepAsync(string name, string by, string detail, Func<ContainerFacts, IReadOnlyList<ContainerFacts>, Task<string?>>? stillIdle = null)
    {
        var all = await engine.ListAsync(CancellationToken.None);
        if (!all.IsSuccess)
            return all.Problem;
        if (all.Value.FirstOrDefault(container => container.Name == name) is not { } found)
            return new ServerProblem(ProblemCode.NotFound, $"There is no server named {(name.Length > 63 ? name[..63] : name)}.", "homecloud ls lists all servers.");

        var gate = Gate(found.Id);
        await gate.WaitAsync();
        try
        {
            return await SleepInTurnAsync(found.Id, by, detail, stillIdle);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Wakes a container; callers that come meanwhile join. One that does not sleep is awake already.</summary>
    /// <param name="container">Container id.</param>
    /// <param name="by">Who called.</param>
    /// <param name="detail">How, for the history.</param>
    /// <param name="caller">The device that called; null for a person or ourselves.</param>
    public Waking Wake(string container, string by, string detail, IPAddress? caller = null)
    {
        var fresh = new Lazy<Waking>(() => Begin(container, by, detail, caller));
        return _waking.GetOrAdd(container, fresh).Value;
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

    /// <summary>Stops a server; one that sleeps is then stopped, and nobody wakes it.</summary>
    public async Task<ServerProblem?> StopAsync(string name, string by, CancellationToken cancellationToken)
    {
        var found = await servers.FindAsync(name, cancellationToken);
        if (found is not { IsSuccess: true, Value: { Asleep: not null, Id: var id } })
            return await servers.StopAsync(name, by, cancellationToken);
        var gate = Gate(id);
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (await servers.StopAsync(name, by, cancellationToken) is { } problem)
                return problem;
            book.Remove(id);
            return null;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Removes a server; with its volumes goes what was set of its sleep.</summary>
    public async Task<ServerProblem?> RemoveAsync(string name, bool withVolumes, bool kill, string by, CancellationToken cancellationToken)
    {
        if (await servers.RemoveAsync(name, withVolumes, kill, by, cancellationToken) is { } problem)
            return problem;
        if (withVolumes)
            book.Forget(name);
        return null;
    }

    /// <summary>Sets after what time a server falls asleep.</summary>
    /// <param name="name">The server.</param>
    /// <param name="after"><c>15m</c> or <c>never</c>; empty for what its label says.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ServerProblem?> SetAsync(string name, string? after, string by, CancellationToken cancellationToken)
    {
        var found = await servers.FindAsync(name, cancellationToken);
        if (!found.IsSuccess)
            return found.Problem;
        if (!string.IsNullOrEmpty(after) && !SleepRule.TryParse(after, out _))
            return new ServerProblem(ProblemCode.InvalidSleep, $"{(after.Length > 60 ? after[..60] : after)} is not a valid time to fall asleep after.", "Write a time from 5s to 30d (example: 15m), or never.");
        if (!string.IsNullOrEmpty(after) && SleepRule.TryParse(after, out var time) && time is not null)
        {
            var all = await engine.ListAsync(cancellationToken);
            if (all.IsSuccess && WhyNever(found.Value, all.Value) is { } never)
                return new ServerProblem(ProblemCode.InvalidSleep, $"{found.Value.Name} cannot sleep: {never}.");
        }

        try
        {
            book.Set(name, string.IsNullOrEmpty(after) ? null : after.Trim().ToLowerInvariant());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new ServerProblem(ProblemCode.DiskFull, $"It could not be written down: {exception.Message}", "Free disk space in the data directory.");
        }

        history.Add(HistoryKind.SleepSet, name, by, string.IsNullOrEmpty(after) ? "as its label says" : after);
        return null;
    }

    public void Dispose() => _turns.Dispose();

    private SemaphoreSlim Gate(string container) => _gates.GetOrAdd(container, _ => new SemaphoreSlim(1, 1));

    private async Task<ServerProblem?> SleepInTurnAsync(string id, string by, string detail, Func<ContainerFacts, IReadOnlyList<ContainerFacts>, Task<string?>>? stillIdle)
    {
        var all = await engine.ListAsync(CancellationToken.None);
        if (!all.IsSuccess)
            return all.Problem;
        if (all.Value.FirstOrDefault(container => container.Id == id) is not { } found)
            return new ServerProblem(ProblemCode.NotFound, "The server is gone.");
        if (found.Asleep is not null)
            return null;
        if (found.Life != ContainerLife.Running)
            return new ServerProblem(ProblemCode.Busy, $"{found.Name} does not run ({found.LifeInWords}).", "Only a running server can fall asleep.");
        if (WhyNever(found, all.Value) is { } never)
            return new ServerProblem(ProblemCode.InvalidRequest, $"{found.Name} cannot sleep: {never}.");
        if (Dependencies.Dependent(found, all.Value) is { } dependent)
            return new ServerProblem(ProblemCode.Busy, $"{found.Name} stays awake: {dependent.Name} needs it.", $"Put {dependent.Name} to sleep first.");

        var rule = SleepRule.Of(found, book.Setting(found.Name));
        var usage = await engine.UsageAsync(id, CancellationToken.None);
        if (stillIdle is not null && await stillIdle(found, all.Value) is { } used)
            return new ServerProblem(ProblemCode.Busy, $"{found.Name} stays awake: {used}.");

        var places = found.Endpoints.Where(endpoint => !endpoint.Addresses.IsEmpty).Select(endpoint => new KeptPlace(endpoint.Network, endpoint.NetworkId, endpoint.Addresses, endpoint.Mac)).ToList();
        var now = time.GetUtcNow();
        var asleep = new Asleep(new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero), [.. places], rule.WakeOn);
        try
        {
            book.Put(id, new Sleeper(found.Name, asleep, rule.IsPause, usage?.MemoryBytes ?? 0));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new ServerProblem(ProblemCode.DiskFull, $"{found.Name} stays awake: that it sleeps cannot be written down: {exception.Message}", "Free disk space in the data directory.");
        }

        history.Expect(HistoryKind.Stopped, found.Name);
        var problem = rule.IsPause ? await engine.PauseAsync(id, CancellationToken.None) : await engine.StopAsync(id, CancellationToken.None);
        if (problem is not null)
        {
            book.Remove(id);
            return problem;
        }

        // Stopping may have taken longer than an echo is waited for.
        history.Expect(HistoryKind.Stopped, found.Name);
        if (!rule.IsPause && await engine.KeepPlacesAsync(id, places, CancellationToken.None) is { } moved)
            LogPlaces(found.Name, moved.Message);
        history.Add(HistoryKind.FellAsleep, found.Name, by, detail);
        metrics.Slept();
        LogSlept(found.Name, detail);
        return null;
    }

    private Waking Begin(string container, string by, string detail, IPAddress? caller)
    {
        var began = time.GetTimestamp();
        var started = StartSafelyAsync(container, by, detail, caller);
        return new Waking(started, ReadyAsync(container, started, began));
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
        var gate = Gate(id);
        await gate.WaitAsync();
        try
        {
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
            idle.Woken(id, caller);
            _failures.TryRemove(id, out _);
            history.Add(HistoryKind.Woken, found.Name, by, detail);
            metrics.Woken();
            LogWoken(found.Name, by, detail);
            return null;
        }
        finally
        {
            gate.Release();
        }
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
        LogNotWoken(found.Name, problem.Message);
        if (sleeper.Asleep.Trouble != problem.Message)
            history.Add(HistoryKind.WakeFailed, found.Name, by, problem.Message);
        if (times > 1 && sleeper.Asleep.Trouble == problem.Message)
            return;
        try
        {
            book.Put(found.Id, sleeper with { Asleep = sleeper.Asleep with { Trouble = problem.Message } });
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
            if (engine.Known is not { IsSuccess: true } known || known.Value.FirstOrDefault(container => container.Id == other) is not { } candidate)
                continue;
            if (SleepRule.Of(candidate, book.Setting(candidate.Name)) is { IsPause: false } && await SleepAsync(candidate.Name, "homecloud", $"gave way to {found.Name}", IsQuietAsync) is null && Fits())
                return null;
        }

        return Fits() ? null : new ServerProblem(
            ProblemCode.Busy,
            $"{found.Name} cannot be woken: it used {sleeper.MemoryBytes >> 20} MiB, and {memory.Available >> 20} MiB of memory are free.",
            "Stop another server, or let more of them sleep (homecloud set NAME --sleep 15m).");
    }

    /// <summary>Idle, though perhaps not for as long as its rule says.</summary>
    private async Task<string?> IsQuietAsync(ContainerFacts container, IReadOnlyList<ContainerFacts> all) =>
        container.Health is ContainerHealthState.Starting or ContainerHealthState.Unhealthy ? "its health check does not pass"
        : await engine.UseAsync(container, thoroughly: true, CancellationToken.None) is not { Connections: 0, RunsExec: false } ? "it is in use"
        : null;

    private async Task ReadyAsync(string container, Task<ServerProblem?> started, long began)
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
            _waking.TryRemove(container, out _);
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

    [LoggerMessage(LogLevel.Information, "Server {Server}: fell asleep: {Reason}")]
    private partial void LogSlept(string server, string reason);

    [LoggerMessage(LogLevel.Information, "Server {Server}: woken by {By}: {How}")]
    private partial void LogWoken(string server, string by, string how);

    [LoggerMessage(LogLevel.Error, "Server {Server}: could not be woken: {Reason}")]
    private partial void LogNotWoken(string server, string reason);

    [LoggerMessage(LogLevel.Warning, "Server {Server}: sleeps, but the engine may give its address to another container: {Reason}")]
    private partial void LogPlaces(string server, string reason);

    [LoggerMessage(LogLevel.Error, "Sleepers: could not be written: {Reason}")]
    private partial void LogUnwritten(string reason);

    [LoggerMessage(LogLevel.Error, "Container {Container}: waking it failed; internal error; please report it")]
    private partial void LogBug(string container, Exception exception);
}

/// <summary>A server on its way up.</summary>
/// <param name="Started">The container runs; or why not.</param>
/// <param name="Ready">Its first port answers, or nobody knows.</param>
public sealed record Waking(Task<ServerProblem?> Started, Task Ready);
