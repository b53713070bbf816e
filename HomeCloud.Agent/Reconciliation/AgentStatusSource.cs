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
}
