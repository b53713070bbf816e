using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>Decides whose the address and the volumes are, once; no later step asks again.</summary>
internal sealed class ReservationStep(ReservationBook book, VolumeStep volumes) : IMakingStep
{
    public async Task<ServerProblem?> RunAsync(ServerInMaking making, CancellationToken cancellationToken)
    {
        var name = making.Plan.Name;
        var isNew = book.Find(name) is null;
        making.Reservation = book.Open(name);
        if (isNew)
        {
            making.Undo.Add($"the reservation of {name} in reservations.json", () =>
            {
                book.Forget(name, making.Reservation.Mac);
                return Task.FromResult<ServerProblem?>(null);
            });
        }

        // Before the image, which may take minutes.
        if (await volumes.CheckAsync(making, cancellationToken) is { } notOurs)
            return notOurs;

        making.Operation.Report(StepName.Check, StepState.Done, $"{name} is free on {making.Network.Name}");
        return null;
    }
}
