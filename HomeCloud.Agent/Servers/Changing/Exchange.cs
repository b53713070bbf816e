using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Changing;

/// <summary>
/// Puts one container in the place of another: same name, address, MAC and volumes. The old one is stopped and set aside, not
/// removed. What is under way stands in the <see cref="ChangeBook"/>: whatever fails, or is killed, the old one comes back.
/// </summary>
internal sealed partial class Exchange(
    IServerEngine engine, ChangeBook changes, ReservationBook reservations, ReadinessCheck readiness, HistoryLog history, TimeProvider time, ILogger<Exchange> logger)
{
    /// <summary>One that declares no port is up when it still runs after so long.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    /// <param name="old">The server as it is.</param>
    /// <param name="fresh">How the new container is made; null to go back to <paramref name="before"/>.</param>
    /// <param name="before">A container set aside, to go back to.</param>
    /// <param name="watch">What the new one is waited for: name, ports, time.</param>
    /// <param name="operation">Tells those who watch.</param>
    /// <param name="cancellationToken">Goes back, as long as the new one is not up.</param>
    public async Task<ServerProblem?> RunAsync(
        ContainerFacts old, ContainerPlan? fresh, ContainerFacts? before, ServerPlan watch, Operation operation, CancellationToken cancellationToken)
    {
        var name = old.Name;
        changes.Put(name, new OpenChange(old.Id, old.IsRunning, fresh is not null));
        ServerProblem? problem;
        try
        {
            problem = await ForwardAsync(old, fresh, before, watch, operation, cancellationToken);
        }
        catch (OperationCanceledException) when (operation.Cancelled.IsCancellationRequested)
        {
            problem = new ServerProblem(ProblemCode.Cancelled, $"Changing {name} was cancelled.");
        }
        catch (OperationCanceledException)
        {
            // The new one was started; HomeCloud ends before it was seen up. The next start looks.
            return null;
        }

        if (problem is null)
        {
            changes.Close(name);
            await KeptBefore.RemoveAsync(engine, name, except: old.Id);
            return null;
        }

        operation.Report(StepName.Cleanup, StepState.Running, "Going back to the container of before");
        if (await TakeBackAsync(name) is { } stuck)
        {
            if (!changes.Open.ContainsKey(name))
            {
                operation.Report(StepName.Cleanup, StepState.Warning, $"{name} is as before, but not started: {stuck.Message}");
                return problem with { Fix = Phrase.Join(" ", problem.Fix, stuck.Fix) };
            }

            operation.Report(StepName.Cleanup, StepState.Warning, $"Not back yet: {stuck.Message} HomeCloud goes on trying.");
            return problem with { Fix = Phrase.Join(" ", problem.Fix, $"{name} comes back as soon as the engine lets it: {stuck.Message}") };
        }

        operation.Report(StepName.Cleanup, StepState.Done, $"{name} is as before");
        return problem;
    }

    /// <summary>Ends a change that stands in the book: the new container if it runs under the server's name and nobody watches it any more, else the old one.</summary>
    /// <param name="name">The server.</param>
    /// <param name="keepsNew">A new container that runs is kept: nobody saw it fail.</param>
    public async Task<ServerProblem?> TakeBackAsync(string name, bool keepsNew = false)
    {
        if (!changes.Open.TryGetValue(name, out var open))
            return null;

        var listed = await engine.ListAsync(CancellationToken.None);
        var aside = await engine.AsideAsync(CancellationToken.None);
        if ((listed.Problem ?? aside.Problem) is { } away)
            return away;

        List<ContainerFacts> all = [.. listed.Value!, .. aside.Value!];
        var old = all.Find(container => container.Id == open.Old);
        var next = all.Find(container => container.Name == AsideName.Next(name)) ?? all.Find(container => container.Name == name && container.Id != open.Old);
        if (old is null || (keepsNew && next is { IsRunning: true } && next.Name == name))
            return await AcceptAsync(name, next);

        history.Expect(HistoryKind.Stopped, name);
        history.Expect(HistoryKind.Removed, name);
        if (next is not null && (open.IsFresh ? await engine.RemoveAsync(next.Id, kill: false, CancellationToken.None) : await SetAsideAsync(name, next)) is { } inTheWay)
            return inTheWay;

        if (old.Name != name && await engine.RenameAsync(old.Id, name, CancellationToken.None) is { } unnamed)
            return unnamed;

        reservations.Bind(name, old.Id);
        history.Expect(HistoryKind.Started, name);
        var unstarted = open.WasRunning && !old.IsRunning ? await engine.StartAsync(old.Id, CancellationToken.None) : null;

        // Trying again does not free the MAC; once the change is closed, a person may give it a new one.
        if (unstarted is null or { Code: ProblemCode.MacInUse })
            changes.Close(name);
        return unstarted;
    }

    private async Task<ServerProblem?> ForwardAsync(
        ContainerFacts old, ContainerPlan? fresh, ContainerFacts? before, ServerPlan watch, Operation operation, CancellationToken cancellationToken)
    {
        var (name, next) = (old.Name, before?.Id ?? "");
        operation.Report(StepName.Container, StepState.Running, fresh is null ? "Taking the container of before" : "Creating the new container");
        if (fresh is not null)
        {
            var created = await engine.CreateAsync(fresh with { Name = AsideName.Next(name), Hostname = name }, CancellationToken.None);
            if (!created.IsSuccess)
                return created.Problem;
            next = created.Value;
        }
        else if (await engine.RenameAsync(next, AsideName.Next(name), CancellationToken.None) is { } unnamed)
        {
            return unnamed;
        }

        cancellationToken.ThrowIfCancellationRequested();
        operation.Report(StepName.Container, StepState.Done, $"Container {next[..Math.Min(12, next.Length)]}");
        operation.Report(StepName.Start, StepState.Running, old.IsRunning ? "Stopping the old container" : "Exchanging the containers");
        history.Expect(HistoryKind.Stopped, name);
        history.Expect(HistoryKind.Removed, name);
        if (old.IsRunning && await engine.StopAsync(old.Id, CancellationToken.None) is { } running)
            return running;

        history.Expect(HistoryKind.Removed, name);
        if (await engine.RenameAsync(old.Id, AsideName.Before(name, old.Id), CancellationToken.None) is { } kept)
            return kept;
        if (await engine.RenameAsync(next, name, CancellationToken.None) is { } refused)
            return refused;

        reservations.Bind(name, next);
        if (!old.IsRunning)
        {
            operation.Report(StepName.Ready, StepState.Done, $"{name} is changed; it does not run, as before");
            return null;
        }

        operation.Report(StepName.Start, StepState.Running, "Starting the new container");
        history.Expect(HistoryKind.Started, name);
        if (await engine.StartAsync(next, CancellationToken.None) is { } dead)
            return dead;

        operation.Report(StepName.Start, StepState.Done, "Started");
        return await SeeUpAsync(watch, next, fresh?.Address ?? before?.Claimed.FirstOrDefault() ?? reservations.Find(name)?.Address, operation, cancellationToken);
    }

    private async Task<ServerProblem?> SeeUpAsync(ServerPlan watch, string id, System.Net.IPAddress? address, Operation operation, CancellationToken cancellationToken)
    {
        if (watch.Ports.IsEmpty)
            await Task.Delay(Settle, time, cancellationToken);
        if (address is not null)
            return await readiness.WaitAsync(watch, id, address, operation, cancellationToken);

        var all = await engine.ListAsync(cancellationToken);
        return all.IsSuccess && all.Value.FirstOrDefault(container => container.Id == id) is not { IsUp: true }
            ? new ServerProblem(ProblemCode.ExitedAtOnce, $"{watch.Name} exited at once.")
            : null;
    }

    /// <summary>The old one is gone, or the new one runs: the new one is the server.</summary>
    private async Task<ServerProblem?> AcceptAsync(string name, ContainerFacts? next)
    {
        if (next is not null && next.Name != name && await engine.RenameAsync(next.Id, name, CancellationToken.None) is { } problem)
            return problem;
        if (next is not null)
            reservations.Bind(name, next.Id);
        changes.Close(name);
        LogAccepted(name);
        return null;
    }

    private async Task<ServerProblem?> SetAsideAsync(string name, ContainerFacts container)
    {
        if (container.IsRunning && await engine.StopAsync(container.Id, CancellationToken.None) is { } problem)
            return problem;
        return await engine.RenameAsync(container.Id, AsideName.Before(name, container.Id), CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Information, "Server {Server}: its new container is kept")]
    private partial void LogAccepted(string server);
}
