using System.Net;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>
/// The last part of making a server: address → container → start → ready. Once a server runs, only two things take it back: that it
/// died, which was observed, or that who asked for it has cancelled. Not to know how it is doing takes nothing back.
/// </summary>
internal sealed partial class ContainerStep(
    IServerEngine engine, AddressGiver addresses, StartTurns turns, ReservationBook book, ReadinessCheck readiness, ILogger<ContainerStep> logger) : IMakingStep
{
    private const int MostStarts = 3;

    public async Task<ServerProblem?> RunAsync(ServerInMaking making, CancellationToken cancellationToken)
    {
        var (plan, operation, undo) = (making.Plan, making.Operation, making.Undo);
        var refused = new HashSet<IPAddress>();
        while (true)
        {
            operation.Report(StepName.Address, StepState.Running, "Choosing an address and checking that it is free on the LAN");
            var given = await addresses.GiveAsync(plan.Name, making.Network, plan.FixedAddress, refused, cancellationToken);
            if (!given.IsSuccess)
                return given.Problem;

            try
            {
                var sticky = given.Value.Equals(making.Reservation.Address);
                operation.Report(StepName.Address, StepState.Done, sticky ? (Phrase)$"{given.Value}, as before" : $"{given.Value}");
                undo.Add($"the container {plan.Name} (docker rm --force {plan.Name})", () => TakeBackAsync(plan));
                var (id, problem) = await turns.RunAsync(() => CreateAndStartAsync(making, given.Value, cancellationToken), operation, cancellationToken);
                if (problem is null)
                    return await WatchAsync(plan, id, given.Value, operation, cancellationToken);

                refused.Add(given.Value);
                if (problem.Code is not (ProblemCode.AddressTaken or ProblemCode.MacInUse) || plan.FixedAddress is not null || refused.Count == MostStarts || await undo.LastAsync() is not null)
                    return problem;

                // Who has the MAC has the address too, and devices know the two together.
                if (problem.Code == ProblemCode.MacInUse)
                    making.Reservation = book.SetPlace(plan.Name, MacAddress.Create(), null);
            }
            finally
            {
                addresses.Release(given.Value);
            }
        }
    }

    private async Task<(string Id, ServerProblem? Problem)> CreateAndStartAsync(ServerInMaking making, IPAddress address, CancellationToken cancellationToken)
    {
        var (plan, network, reservation, operation) = (making.Plan, making.Network, making.Reservation, making.Operation);
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
                Mounts = [.. plan.Mounts.Select(mount => mount.For(reservation.Storage))],
                Labels = plan.Labels,
                MemoryBytes = plan.MemoryBytes,
                Cpus = plan.Cpus,
                Privileged = plan.Privileged,
            },
            cancellationToken);
        if (!created.IsSuccess)
            return ("", created.Problem);

        book.Bind(plan.Name, created.Value);
        operation.Report(StepName.Container, StepState.Done, $"Container {created.Value[..Math.Min(12, created.Value.Length)]}");
        operation.Report(StepName.Start, StepState.Running, "Starting the container");
        if (await engine.StartAsync(created.Value, cancellationToken) is { } problem)
            return (created.Value, problem);

        operation.Report(StepName.Start, StepState.Done, "Started");
        operation.Secrets = plan.Secrets;
        return (created.Value, null);
    }

    private async Task<ServerProblem?> WatchAsync(ServerPlan plan, string id, IPAddress address, Operation operation, CancellationToken cancellationToken)
    {
        try
        {
            return await readiness.WaitAsync(plan, id, address, operation, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !operation.Cancelled.IsCancellationRequested)
        {
            operation.Report(StepName.Ready, StepState.Warning, $"{plan.Name} was created and started; HomeCloud was stopped before it was ready");
            return null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogUnseen(plan.Name, exception);
            operation.Report(StepName.Ready, StepState.Warning, $"{plan.Name} was created and started; checking that it is ready failed: {exception.Message}");
            return null;
        }
    }

    /// <summary>By its label and not by the id, which nobody was told when the engine's answer was lost.</summary>
    private async Task<ServerProblem?> TakeBackAsync(ServerPlan plan)
    {
        var all = await engine.ListAsync(CancellationToken.None);
        if (!all.IsSuccess)
            return all.Problem;

        if (all.Value.FirstOrDefault(c => c.Labels.GetValueOrDefault(Labels.Server) == plan.Making) is not { } made)
            return null;

        // It may have begun to write to volumes that were there before.
        return await engine.RemoveAsync(made.Id, kill: false, CancellationToken.None) is null
            ? null
            : await engine.RemoveAsync(made.Id, kill: true, CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Error, "Server {Server}: checking that it is ready failed; the server is kept")]
    private partial void LogUnseen(string server, Exception exception);
}
