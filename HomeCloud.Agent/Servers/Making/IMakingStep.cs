using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>
/// One step of making a server. It knows how to undo itself: whatever it makes, it first adds to <see cref="ServerInMaking.Undo"/>.
/// </summary>
internal interface IMakingStep
{
    /// <returns>Null when the next step may follow.</returns>
    Task<ServerProblem?> RunAsync(ServerInMaking making, CancellationToken cancellationToken);
}

/// <summary>What the steps know of the server that they make, each from those before it.</summary>
/// <param name="plan">The request, checked.</param>
/// <param name="operation">Tells those who watch.</param>
internal sealed class ServerInMaking(ServerPlan plan, Operation operation)
{
    /// <summary>The image adds its ports and labels.</summary>
    public ServerPlan Plan { get; set; } = plan;

    public Operation Operation { get; } = operation;

    public Undo Undo { get; } = new();

    /// <summary>By <see cref="CheckStep"/>.</summary>
    public NetworkFacts Network { get => field ?? throw Early(); set; }

    /// <summary>By <see cref="ReservationStep"/>.</summary>
    public Reservation Reservation { get => field ?? throw Early(); set; }

    private static InvalidOperationException Early() => new("A step ran before the one that it builds on.");
}
