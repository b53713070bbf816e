using System.Collections.Immutable;

namespace HomeCloud.Agent.Naming;

/// <summary>Labels of running containers that were changed afterwards: no engine changes a label, and a new container costs a restart.</summary>
public interface IContainerSettings
{
    /// <summary>By container id: label → value; an empty value is no label.</summary>
    ImmutableDictionary<string, ImmutableDictionary<string, string>> ById { get; }

    /// <summary>Raised after a change, outside of any lock.</summary>
    event Action? Changed;
}

/// <summary>Shows containers with the labels that were changed afterwards. Pure.</summary>
public static class SettingsOverlay
{
    /// <param name="containers">As the engine has them, or as the grace period shows them.</param>
    /// <param name="settings">By container id.</param>
    public static IReadOnlyCollection<ContainerFacts> Apply(IReadOnlyCollection<ContainerFacts> containers, ImmutableDictionary<string, ImmutableDictionary<string, string>> settings) =>
        settings.IsEmpty ? containers : [.. containers.Select(container => settings.TryGetValue(container.Id, out var changed) ? container with { Labels = Apply(container.Labels, changed) } : container)];

    public static ImmutableDictionary<string, string> Apply(ImmutableDictionary<string, string> labels, ImmutableDictionary<string, string> changed) =>
        labels.SetItems(changed).RemoveRange(changed.Where(label => label.Value.Length == 0).Select(label => label.Key));
}
