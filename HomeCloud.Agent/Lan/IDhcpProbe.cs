namespace HomeCloud.Agent.Lan;

public interface IDhcpProbe
{
    /// <returns>One offer for each sample that was answered; none when no server answers or this process may not ask.</returns>
    Task<IReadOnlyList<DhcpOffer>> AskAsync(string interfaceName, int samples, CancellationToken cancellationToken);
}
