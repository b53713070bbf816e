using System.Collections.Immutable;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>What happened to containers between two listings that was not our doing, for the history.</summary>
internal static class ForeignChanges
{
    private const string By = "docker";

    public static void Record(
        ImmutableDictionary<string, ContainerFacts> old, ImmutableDictionary<string, ContainerFacts> now, HistoryLog history, TimeSpan echo)
    {
        foreach (var (id, container) in now)
        {
            if (!old.TryGetValue(id, out var was))
            {
                // Ours are written when they are ready.
                if (!container.Labels.ContainsKey(Labels.Server))
                    history.Add(HistoryKind.Created, container.Name, By, container.Image);
            }
            else
            {
                Compare(was, container, history, echo);
            }
        }

        foreach (var (id, was) in old)
        {
            // A container of ours that was never started was taken back by a create that failed.
            var takenBack = was.Labels.ContainsKey(Labels.Server) && (was.Life == ContainerLife.Created || Ours(HistoryKind.CreateFailed, was.Name));
            if (!now.ContainsKey(id) && !takenBack && !Ours(HistoryKind.Removed, was.Name))
                history.Add(HistoryKind.Removed, was.Name, By);
        }

        bool Ours(HistoryKind kind, string name) => history.WasJustDone(kind, name, echo);
    }

    private static void Compare(ContainerFacts was, ContainerFacts now, HistoryLog history, TimeSpan echo)
    {
        if (was.Name != now.Name && !history.WasJustDone(HistoryKind.Renamed, now.Name, echo))
            history.Add(HistoryKind.Renamed, now.Name, By, $"was {was.Name}");

        if (was.StartedAt is not null && now.StartedAt is null && !Any(HistoryKind.Stopped, HistoryKind.Restarted))
        {
            history.Add(now.ExitCode == 0 ? HistoryKind.Stopped : HistoryKind.Died, now.Name, By, $"exit code {now.ExitCode}");
        }
        else if (was.StartedAt != now.StartedAt && now.StartedAt is not null && was.Life != ContainerLife.Created && !Any(HistoryKind.Started, HistoryKind.Restarted))
        {
            history.Add(HistoryKind.Started, now.Name, By);
        }

        var before = string.Join(", ", was.Addresses);
        var after = string.Join(", ", now.Addresses);
        if (before.Length > 0 && after.Length > 0 && before != after)
            history.Add(HistoryKind.Moved, now.Name, By, $"from {before} to {after}");

        bool Any(params ReadOnlySpan<HistoryKind> kinds)
        {
            foreach (var kind in kinds)
            {
                if (history.WasJustDone(kind, now.Name, echo))
                    return true;
            }

            return false;
        }
    }
}
