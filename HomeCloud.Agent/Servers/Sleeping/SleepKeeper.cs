using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>
/// Puts servers to sleep, each by one caller at a time; <see cref="Waker"/> is its other half. It is written down before the
/// container is stopped, and crossed out after it was seen running: whatever is killed in between, the name keeps its address.
/// </summary>
public sealed partial class SleepKeeper(
    IServerEngine engine, ServerKeeper servers, SleepBook book, HistoryLog history, SleepGates gates, SleepMetrics metrics, TimeProvider time, ILogger<SleepKeeper> logger)
{
    /// <summary>Why a container can never sleep; null when it can.</summary>
    /// <param name="container">To be put to sleep.</param>
    /// <param name="all">Of the engine.</param>
    public static Phrase? WhyNever(ContainerFacts container, IReadOnlyList<ContainerFacts> all) => container switch
    {
        { IsTemporary: true } => "Docker removes it when it stops (--rm)",
        { SwarmService: not null } => "it is a task of a Swarm service, which starts another one when it stops",
        { IsOnPodman: true, Asleep: null } when container.Label(Labels.Server) is null && !SleepRule.Of(container, setting: null).IsPause =>
            "Podman gives it another address when it starts again, unless HomeCloud created it, or it is paused (homecloud.sleep-mode=pause)",
        { NetworkMode: "host" } => "it uses the host's network",
        { JoinedTo: not null } => "it uses the network of another container",
        _ when container.Label(HomeCloudLabels.Role) is { Length: > 0 } => "it is a part of HomeCloud",
        _ when container.Lan.Addresses.IsEmpty && container.Asleep is null && !all.Any(other => Dependencies.Of(other, all).Any(needed => needed.Id == container.Id)) =>
            "it has no address on the LAN at which it could be called",
        _ => null,
    };

    /// <summary>Puts a server to sleep.</summary>
    /// <param name="name">The server.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="detail">For the history.</param>
    /// <param name="stillIdle">Asked last of all; says why not. Null for no such question: a person wants it.</param>
    public async Task<ServerProblem?> SleepAsync(string name, string by, string detail, Func<ContainerFacts, IReadOnlyList<ContainerFacts>, Task<Phrase?>>? stillIdle = null)
    {
        var all = await engine.ListAsync(CancellationToken.None);
        if (!all.IsSuccess)
            return all.Problem;
        if (all.Value.FirstOrDefault(container => container.Name == name) is not { } found)
            return new ServerProblem(ProblemCode.NotFound, $"There is no server named {(name.Length > 63 ? name[..63] : name)}.", "homecloud ls lists all servers.");
        if (servers.Busy(name) is { } busy)
            return busy;

        using var turn = await gates.EnterAsync(found.Id);
        return await SleepInTurnAsync(found.Id, by, detail, stillIdle);
    }

    /// <summary>Stops a server; one that sleeps is then stopped, and nobody wakes it.</summary>
    public async Task<ServerProblem?> StopAsync(string name, string by, CancellationToken cancellationToken)
    {
        var found = await servers.FindAsync(name, cancellationToken);
        if (found is not { IsSuccess: true, Value: { Asleep: not null, Id: var id } })
            return await servers.StopAsync(name, by, cancellationToken);
        using var turn = await gates.EnterAsync(id, cancellationToken);
        if (await servers.StopAsync(name, by, cancellationToken) is { } problem)
            return problem;
        book.Remove(id);
        return null;
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

    private async Task<ServerProblem?> SleepInTurnAsync(string id, string by, string detail, Func<ContainerFacts, IReadOnlyList<ContainerFacts>, Task<Phrase?>>? stillIdle)
    {
        var all = await engine.ListAsync(CancellationToken.None);
        if (!all.IsSuccess)
            return all.Problem;
        if (all.Value.FirstOrDefault(container => container.Id == id) is not { } found)
            return new ServerProblem(ProblemCode.NotFound, "The server is gone.");
        if (found.Asleep is not null)
            return null;
        if (found.Life != ContainerLife.Running)
            return new ServerProblem(ProblemCode.Busy, $"{found.Name} does not run ({found.LifePhrase}).", "Only a running server can fall asleep.");
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
        // On Podman only servers that have a fixed address are stopped.
        if (!rule.IsPause && !found.IsOnPodman && await engine.KeepPlacesAsync(id, places, CancellationToken.None) is { } moved)
            LogPlaces(found.Name, moved.Message.ToString());
        history.Add(HistoryKind.FellAsleep, found.Name, by, detail);
        metrics.Slept();
        LogSlept(found.Name, detail);
        return null;
    }

    [LoggerMessage(LogLevel.Information, "Server {Server}: fell asleep: {Reason}")]
    private partial void LogSlept(string server, string reason);

    [LoggerMessage(LogLevel.Warning, "Server {Server}: sleeps, but the engine may give its address to another container: {Reason}")]
    private partial void LogPlaces(string server, string reason);
}
