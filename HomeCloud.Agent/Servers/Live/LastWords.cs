using System.Collections.Concurrent;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>The last line of the log of each server that keeps crashing: it usually says why.</summary>
public sealed class LastWords(IServerEngine engine, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, string> _lines = new();

    /// <returns>As the container wrote it; null when it is not known.</returns>
    public string? Of(string id) => _lines.GetValueOrDefault(id);

    /// <summary>Which of them crashed since the listing before.</summary>
    public static IEnumerable<ContainerFacts> Crashed(IEnumerable<ContainerFacts> listed, IReadOnlyDictionary<string, ContainerFacts> before) =>
        listed.Where(c => c.Life == ContainerLife.Restarting && !(before.TryGetValue(c.Id, out var was) && was.Life == c.Life && was.Since == c.Since));

    /// <returns>Whether there is another line than before.</returns>
    public async Task<bool> ReadAsync(string id)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        var line = "";
        try
        {
            await foreach (var next in engine.LogsAsync(id, 5, follow: false, limit.Token))
                line = string.IsNullOrWhiteSpace(next.Text) ? line : next.Text.Trim();
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        return line.Length > 0 && _lines.AddOrUpdate(id, line, (_, _) => line) == line;
    }

    public void KeepOnly(IReadOnlyDictionary<string, ContainerFacts> containers)
    {
        foreach (var id in _lines.Keys.Where(id => !containers.TryGetValue(id, out var container) || container.StartedAt is not null))
            _lines.TryRemove(id, out _);
    }
}
