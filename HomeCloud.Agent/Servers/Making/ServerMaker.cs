using System.Collections.Concurrent;
using System.Net;
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
/// Makes a server: plan → image → address → volumes → container → start → ready. What was made is taken back when a later
/// step fails; a volume that was there before is never touched.
/// </summary>
public sealed partial class ServerMaker(
    IServerEngine engine,
    ServerPlanner planner,
    NameClaims names,
    ImageSupply images,
    VolumeSupply volumes,
    AddressGiver addresses,
    StartTurns turns,
    ReservationBook book,
    KeyBook keys,
    ReadinessCheck readiness,
    HistoryLog history,
    OperationBook operations,
    IHostApplicationLifetime lifetime,
    ILogger<ServerMaker> logger)
{
    private const int MostStarts = 3;

    /// <summary>ENOSPC of errno(3), which is how .NET passes it on.</summary>
    private const int NoSpace = 28;

    private readonly ConcurrentDictionary<string, Operation> _busy = new(StringComparer.Ordinal);

    /// <summary>Checks the request and begins; everything after the check is told by the operation.</summary>
    public Outcome<Operation> Begin(CreateServer request, string by)
    {
        var plan = planner.Plan(request, keys.All(), by, name => book.Find(name)?.Storage ?? name);
        if (!plan.IsSuccess)
        {
            return plan.Problem;
        }

        var operation = operations.Begin(plan.Value.Name, by);
        if (!_busy.TryAdd(plan.Value.Name, operation))
        {
            var busy = new ServerProblem(ProblemCode.Busy, $"{plan.Value.Name} is being made right now.", "Wait for that to end.");
            operation.Finish(busy);
            return busy;
        }

        _ = Task.Run(() => RunAsync(plan.Value, operation, lifetime.ApplicationStopping), CancellationToken.None);
        return operation;
    }

    private async Task RunAsync(ServerPlan plan, Operation operation, CancellationToken cancellationToken)
    {
        var undo = new Undo();
        ServerProblem? problem;
        try
        {
            problem = await MakeAsync(plan, operation, undo, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            problem = new ServerProblem(ProblemCode.Cancelled, "HomeCloud was stopped before the server was made.", "Create it again.");
        }
        catch (IOException exception) when (exception.HResult == NoSpace || exception.Message.Contains("No space left", StringComparison.Ordinal))
        {
            problem = new ServerProblem(ProblemCode.DiskFull, $"The disk that keeps HomeCloud's own files is full: {exception.Message}", "Make room there, then create it again.");
        }
        catch (Exception exception)
        {
            LogFailure(plan.Name, exception);
            problem = new ServerProblem(ProblemCode.EngineRefused, $"{plan.Name} was not made: {exception.Message}", "The agent's log has more.");
        }

        if (problem is null)
        {
            history.Add(HistoryKind.Created, plan.Name, operation.By, $"{plan.Image} at {book.Find(plan.Name)?.Address}");
        }
        else
        {
            await undo.RunAsync(operation);
            history.Add(HistoryKind.CreateFailed, plan.Name, operation.By, problem.Message);
        }

        _busy.TryRemove(plan.Name, out _);
        operation.Finish(problem);
    }

    private async Task<ServerProblem?> MakeAsync(ServerPlan plan, Operation operation, Undo undo, CancellationToken cancellationToken)
    {
        operation.Report(StepName.Check, StepState.Running, "Asking the engine");
        var containers = await engine.ListAsync(cancellationToken);
        if (!containers.IsSuccess)
        {
            return containers.Problem;
        }

        if (plan.Aliases.Prepend(plan.Name).Select(n => names.Taken(n, containers.Value)).FirstOrDefault(p => p is not null) is { } taken)
        {
            return taken;
        }

        var network = await FindNetworkAsync(plan.Network, cancellationToken);
        if (!network.IsSuccess)
        {
            return network.Problem;
        }

        operation.Report(StepName.Check, StepState.Done, $"{plan.Name} is free on {network.Value.Name}");
        var image = await images.EnsureAsync(plan, operation, cancellationToken);
        if (!image.IsSuccess)
        {
            return image.Problem;
        }

        var hadReservation = book.Find(plan.Name) is not null;
        var reservation = book.Open(plan.Name);
        if (!hadReservation)
        {
            undo.Add(() => { book.Forget(plan.Name); return Task.CompletedTask; });
        }

        if (await volumes.EnsureAsync(plan, operation, undo, cancellationToken) is { } noVolume)
        {
            return noVolume;
        }

        var ports = plan.Ports.IsDefaultOrEmpty ? image.Value.TcpPorts : plan.Ports;
        return await MakeContainerAsync(plan, network.Value, reservation, ports, operation, undo, cancellationToken);
    }

    private async Task<ServerProblem?> MakeContainerAsync(
        ServerPlan plan, LanNetwork network, Reservation reservation, IReadOnlyList<ushort> ports, Operation operation, Undo undo, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            operation.Report(StepName.Address, StepState.Running, "Choosing an address and asking the LAN whether it is free");
            var given = await addresses.GiveAsync(plan.Name, network, plan.FixedAddress, cancellationToken);
            if (!given.IsSuccess)
            {
                return given.Problem;
            }

            try
            {
                var sticky = given.Value.Equals(reservation.Address);
                operation.Report(StepName.Address, StepState.Done, sticky ? $"{given.Value}, as before" : $"{given.Value}");
                var (id, problem) = await turns.RunAsync(() => CreateAndStartAsync(plan, network, reservation, given.Value, operation, cancellationToken), operation, cancellationToken);
                if (problem is null)
                {
                    undo.Add(() => engine.RemoveAsync(id, CancellationToken.None));
                    return await readiness.WaitAsync(plan, id, given.Value, ports, operation, cancellationToken);
                }

                if (id.Length > 0)
                {
                    await engine.RemoveAsync(id, CancellationToken.None);
                }

                if (problem.Code != ProblemCode.AddressTaken || plan.FixedAddress is not null || attempt == MostStarts)
                {
                    return problem;
                }
            }
            finally
            {
                addresses.Release(given.Value);
            }
        }
    }

    private async Task<(string Id, ServerProblem? Problem)> CreateAndStartAsync(
        ServerPlan plan, LanNetwork network, Reservation reservation, IPAddress address, Operation operation, CancellationToken cancellationToken)
    {
        operation.Report(StepName.Container, StepState.Running, "Creating the container");
        var created = await engine.CreateAsync(
            new ContainerPlan
            {
                Name = plan.Name,
                Image = plan.Image,
                Network = network.Name,
                Address = address,
                Address6 = MacAddress.AddressIn(network.Subnet6, reservation.Mac),
                Mac = network.HasMac ? reservation.Mac : null,
                Command = plan.Command,
                Environment = plan.Environment,
                Mounts = plan.Mounts,
                Labels = plan.Labels,
                MemoryBytes = plan.MemoryBytes,
                Cpus = plan.Cpus,
                Privileged = plan.Privileged,
            },
            cancellationToken);
        if (!created.IsSuccess)
        {
            return (string.Empty, created.Problem);
        }

        operation.Report(StepName.Container, StepState.Done, $"Container {created.Value[..Math.Min(12, created.Value.Length)]}");
        operation.Report(StepName.Start, StepState.Running, "Starting it");
        try
        {
            if (await engine.StartAsync(created.Value, cancellationToken) is { } problem)
            {
                return (created.Value, problem);
            }
        }
        catch (OperationCanceledException)
        {
            await engine.RemoveAsync(created.Value, CancellationToken.None);
            throw;
        }

        operation.Report(StepName.Start, StepState.Done, "Started");
        operation.Secrets = plan.Secrets;
        return (created.Value, null);
    }

    private async Task<Outcome<LanNetwork>> FindNetworkAsync(string? asked, CancellationToken cancellationToken)
    {
        var networks = await engine.LanNetworksAsync(cancellationToken);
        if (!networks.IsSuccess)
        {
            return networks.Problem;
        }

        return NetworkChoice.Choose(networks.Value, asked, planner.DefaultNetwork);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Making {Server} failed")]
    private partial void LogFailure(string server, Exception exception);
}
