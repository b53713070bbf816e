namespace HomeCloud.Agent.Reconciliation;

/// <summary>Where the newest <see cref="AgentStatus"/> is found.</summary>
public sealed class AgentStatusSource
{
    private readonly Lock _lock = new();
    private volatile AgentStatus _current = new();

    public AgentStatus Current => _current;

    internal void Update(Func<AgentStatus, AgentStatus> change)
    {
        lock (_lock)
            _current = change(_current);
    }

    /// <returns>True when there was no problem before: of those who meet one, the first tells of it.</returns>
    internal bool SetRegistryProblem(string problem)
    {
        lock (_lock)
        {
            var first = _current.RegistryProblem is null;
            _current = _current with { RegistryProblem = problem };
            return first;
        }
    }
}
