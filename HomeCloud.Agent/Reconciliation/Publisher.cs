using System.Collections.Immutable;
using HomeCloud.Agent.Naming;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>From facts to the registry: plans, tells people about new warnings, writes.</summary>
internal sealed class Publisher(
    IRegistry registry, NamingOptions naming, string owner, TimeProvider time, AgentMetrics metrics, AgentStatusSource status, ILogger logger)
{
    private readonly RegistryWriter _writer = new(registry, owner);
    private ImmutableHashSet<NamingWarning> _told = [];
    private bool _first = true;

    /// <param name="containers">As shown.</param>
    /// <param name="engine">The rest of what names depend on.</param>
    /// <param name="replace">It is not known what the registry holds of ours.</param>
    /// <param name="signalled">Timestamp of the oldest event that this answers.</param>
    /// <param name="stopping">Ends a write under way.</param>
    /// <returns>False when the registry did not take it.</returns>
    public async Task<bool> PublishAsync(
        IReadOnlyCollection<ContainerFacts> containers, EngineFacts engine, bool replace, long? signalled, CancellationToken stopping)
    {
        var plan = NamePlanner.Plan(containers, engine, naming);
        Tell(plan.Warnings);
        var records = Valid(plan.Records);
        int changed;
        try
        {
            changed = await _writer.WriteAsync(records, replace, stopping);
        }
        catch (Exception exception) when (exception is RegistryUnavailableException or IOException or TimeoutException)
        {
            Failed(exception.Message);
            return false;
        }

        Written(changed, records.Count, containers.Count, signalled);
        status.Update(current => current with
        {
            AgentId = owner,
            Containers = containers.Count,
            Records = records.Count,
            Warnings = plan.Warnings,
            RegistryProblem = null,
        });
        return true;
    }

    private void Written(int changed, int records, int containers, long? signalled)
    {
        if (changed != 0)
        {
            metrics.Written(signalled is { } from ? time.GetElapsedTime(from) : null);
            AgentLog.Written(logger, changed, records, containers);
        }

        if (status.Current.RegistryProblem is not null)
            AgentLog.WriteWorks(logger);
        if (_first)
            AgentLog.FirstWritten(logger, records, containers);
        _first = false;
    }

    private void Failed(string reason)
    {
        metrics.WriteFailed();
        if (status.SetRegistryProblem(reason))
            AgentLog.WriteFailed(logger, reason);
    }

    private void Tell(ImmutableArray<NamingWarning> warnings)
    {
        foreach (var warning in warnings)
        {
            if (!_told.Contains(warning))
                AgentLog.Naming(logger, warning);
        }

        _told = [.. warnings];
    }

    /// <summary>One record that the registry would refuse must not take the others down with it.</summary>
    private ImmutableDictionary<string, NameRecord> Valid(ImmutableDictionary<string, NameRecord> records)
    {
        foreach (var (name, record) in records)
        {
            if (RecordRules.Check(record) is not { } problem)
                continue;
            AgentLog.Invalid(logger, name, problem);
            records = records.Remove(name);
        }

        return records;
    }
}
