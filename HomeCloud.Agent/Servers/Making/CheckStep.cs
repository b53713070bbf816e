using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>Asks the engine whether the plan can be carried out: names, folders and the network.</summary>
internal sealed class CheckStep(IServerEngine engine, NameClaims names, FolderGuard folders, ReservationBook book, ServersOptions options) : IMakingStep
{
    public async Task<ServerProblem?> RunAsync(ServerInMaking making, CancellationToken cancellationToken)
    {
        var plan = making.Plan;
        making.Operation.Report(StepName.Check, StepState.Running, "Checking with the engine");
        var containers = await engine.ListAsync(cancellationToken);
        if (!containers.IsSuccess)
            return containers.Problem;

        var refused = plan.Aliases.Prepend(plan.Name).Select(name => names.Taken(name, containers.Value)).FirstOrDefault(problem => problem is not null);
        if ((refused ?? folders.Check(plan.Mounts, containers.Value)) is { } problem)
            return problem;

        var networks = await engine.LanNetworksAsync(cancellationToken);
        if (!networks.IsSuccess)
            return networks.Problem;

        var network = NetworkChoice.Choose(networks.Value, plan.Network, options.Network);
        if (!network.IsSuccess)
            return network.Problem;

        making.Network = network.Value;
        book.Follow(containers.Value);
        return null;
    }
}
