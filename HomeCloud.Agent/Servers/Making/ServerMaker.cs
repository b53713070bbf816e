using System.Collections.Concurrent;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Addresses;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.History;
using HomeCloud.Agent.Servers.Images;
using HomeCloud.Agent.Servers.Keys;
using HomeCloud.Agent.Servers.Naming;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Progress;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>
/// Makes a server: plan → image → volumes → address → container → start → ready. What was made is taken back when a later
/// step fails, and what cannot be taken back is named; a volume that was there before is never touched.
/// </summary>
public sealed partial class ServerMaker(
    IServerEngine engine,
    ServerPlanner planner,
    NameClaims names,
    ImageSupply images,
    VolumeSupply volumes,
    FolderGuard folders,
    ContainerStarter starter,
    ReservationBook book,
    KeyBook keys,
    HistoryLog history,
    OperationBook operations,
    IHostApplicationLifetime lifetime,
    ILogger<ServerMaker> logger)
{
    /// <summary>ENOSPC of errno(3), which is how .NET passes it on.</summary>
    private const int NoSpace = 28;

    private readonly ConcurrentDictionary<string, Operation> _busy = new(StringComparer.Ordinal);

    /// <summary>Checks the request and begins; everything after the check is told by the operation.</summary>
    public Outcome<Operation> Begin(CreateServer request, string by)
    {
        var plan = planner.Plan(request, keys.All(), by);
        if (!plan.IsSuccess)
        {
            return plan.Problem;
        }

        var operation = operations.Begin(plan.Value.Name, by);
        if (!_busy.TryAdd(plan.Value.Name, operation))
        {
            var busy = new ServerProblem(ProblemCode.Busy, $"{plan.Value.Name} is already being created.", "Wait until that ends.");
            operation.Finish(busy);
            return busy;
        }

        _ = Task.Run(() => RunAsync(plan.Value, operation), CancellationToken.None);
        return operation;
    }

    private async Task RunAsync(ServerPlan plan, Operation operation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, operation.Cancelled);
        var undo = new Undo();
        ServerProblem? problem;
        try
        {
            problem = await MakeAsync(plan, operation, undo, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            problem = operation.Cancelled.IsCancellationRequested
                ? new ServerProblem(ProblemCode.Cancelled, $"Creating {plan.Name} was cancelled.")
                : new ServerProblem(ProblemCode.Cancelled, "HomeCloud was stopped before the server was created.", "Create it again.");
        }
        catch (IOException exception) when (exception.HResult == NoSpace || exception.Message.Contains("No space left", StringComparison.Ordinal))
        {
            problem = new ServerProblem(ProblemCode.DiskFull, $"The disk with HomeCloud's own files is full: {exception.Message}", "Free disk space there, then create the server again.");
        }
        catch (Exception exception)
        {
            LogFailure(plan.Name, exception);
            problem = new ServerProblem(ProblemCode.EngineRefused, $"{plan.Name} was not created: {exception.Message}", "See the agent's log for details.");
        }

        if (problem is null)
        {
            history.Add(HistoryKind.Created, plan.Name, operation.By, $"{plan.Image} at {book.Find(plan.Name)?.Address}");
        }
        else
        {
            var left = await undo.RunAsync(operation);
            if (left.Count > 0)
            {
                problem = problem with { Fix = $"{problem.Fix} Not removed, remove it by hand: {string.Join("; ", left)}.".TrimStart() };
            }

            history.Add(HistoryKind.CreateFailed, plan.Name, operation.By, left.Count == 0 ? problem.Message : $"{problem.Message} Not removed: {string.Join("; ", left)}");
        }

        _busy.TryRemove(plan.Name, out _);
        operation.Finish(problem);
    }

    private async Task<ServerProblem?> MakeAsync(ServerPlan plan, Operation operation, Undo undo, CancellationToken cancellationToken)
    {
        operation.Report(StepName.Check, StepState.Running, "Checking with the engine");
        var containers = await engine.ListAsync(cancellationToken);
        if (!containers.IsSuccess)
        {
            return containers.Problem;
        }

        if (plan.Aliases.Prepend(plan.Name).Select(n => names.Taken(n, containers.Value)).FirstOrDefault(p => p is not null) is { } taken)
        {
            return taken;
        }

        if (folders.Check(plan.Mounts, containers.Value) is { } outside)
        {
            return outside;
        }

        var network = await FindNetworkAsync(plan.Network, cancellationToken);
        if (!network.IsSuccess)
        {
            return network.Problem;
        }

        // Whose the address and the volumes are is decided here, once, and nothing below asks again.
        book.Follow(containers.Value);
        var hadReservation = book.Find(plan.Name) is not null;
        var reservation = book.Open(plan.Name);
        if (!hadReservation)
        {
            undo.Add($"the reservation of {plan.Name} in reservations.json", () =>
            {
                book.Forget(plan.Name, reservation.Mac);
                return Task.FromResult<ServerProblem?>(null);
            });
        }

        if (await volumes.CheckAsync(plan, reservation.Storage, cancellationToken) is { } notOurs)
        {
            return notOurs;
        }

        operation.Report(StepName.Check, StepState.Done, $"{plan.Name} is free on {network.Value.Name}");
        var image = await images.EnsureAsync(plan, operation, cancellationToken);
        if (!image.IsSuccess)
        {
            return image.Problem;
        }

        if (await volumes.EnsureAsync(plan, reservation.Storage, operation, undo, cancellationToken) is { } noVolume)
        {
            return noVolume;
        }

        // What the image would hand on of somebody else's life and names is given an empty value of our own.
        var blank = image.Value.Labels.Where(label => label.StartsWith("homecloud.", StringComparison.Ordinal) && !OwnLabels.Describes(label) && !plan.Labels.ContainsKey(label));
        var whole = plan with
        {
            Mounts = [.. plan.Mounts.Select(m => m.For(reservation.Storage))],
            Labels = plan.Labels.AddRange(blank.Select(label => KeyValuePair.Create(label, string.Empty))),
            Ports = plan.Ports.IsDefaultOrEmpty ? image.Value.TcpPorts : plan.Ports,
        };
        return await starter.RunAsync(whole, network.Value, reservation, operation, undo, cancellationToken);
    }

    private async Task<Outcome<NetworkFacts>> FindNetworkAsync(string? asked, CancellationToken cancellationToken)
    {
        var networks = await engine.LanNetworksAsync(cancellationToken);
        if (!networks.IsSuccess)
        {
            return networks.Problem;
        }

        return NetworkChoice.Choose(networks.Value, asked, planner.DefaultNetwork);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Server {Server}: creating it failed")]
    private partial void LogFailure(string server, Exception exception);
}
