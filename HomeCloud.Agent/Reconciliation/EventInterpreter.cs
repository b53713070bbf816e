using System.Collections.Frozen;
using Docker.DotNet.Models;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>What an event makes worth a look. Unknown actions count: a look too many costs little, one too few leaves a stale name.</summary>
internal static class EventInterpreter
{
    /// <summary>Actions that never change who is reachable where. Health checks alone cause three of them every few seconds.</summary>
    private static readonly FrozenSet<string> Noise = new[]
    {
        "attach", "detach", "resize", "top", "copy", "export", "commit", "archive-path", "extract-to-dir",
        "exec_create", "exec_start", "exec_die", "exec_detach", "exec", "exec_died", "stats", "checkpoint", "prune",
    }.ToFrozenSet();

    public static Signal? Read(Message item)
    {
        // Health checks and execs put their text behind a colon: "exec_start: /bin/sh -c …".
        var action = item.Action ?? "";
        var colon = action.IndexOf(':', StringComparison.Ordinal);
        if (Noise.Contains(colon < 0 ? action : action[..colon]))
            return null;
        var id = item.Actor?.ID;
        return item.Type switch
        {
            "container" when string.IsNullOrEmpty(id) => new Signal(SignalKind.CompareAll),
            "container" => new Signal(SignalKind.ContainerTouched, id),
            "network" when action is "connect" or "disconnect" => item.Actor?.Attributes?.TryGetValue("container", out var container) == true && container is { Length: > 0 }
                ? new Signal(SignalKind.EndpointTouched, container)
                : new Signal(SignalKind.CompareAll),
            "network" => new Signal(SignalKind.NetworksTouched),
            _ => null,
        };
    }
}
