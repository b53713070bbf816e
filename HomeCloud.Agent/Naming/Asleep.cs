using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Agent.Naming;

/// <summary>How a container sleeps.</summary>
/// <param name="Since">When it fell asleep, in UTC with whole seconds.</param>
/// <param name="Places">Where the LAN will reach it again.</param>
/// <param name="WakeOn">What wakes it, where that is not every way; else empty.</param>
/// <param name="Trouble">Why waking it failed last; null when it did not.</param>
public sealed record Asleep(DateTimeOffset Since, ImmutableArray<KeptPlace> Places, string WakeOn = "", string? Trouble = null);

/// <summary>A container's place in a network, kept while it sleeps: the engine forgets addresses that it chose itself.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="NetworkId">The network's id; empty when the engine did not say.</param>
/// <param name="Addresses">IPv4 and IPv6.</param>
/// <param name="Mac">Link-layer address; empty where the container has none of its own.</param>
public sealed record KeptPlace(string Network, string NetworkId, ImmutableArray<IPAddress> Addresses, string Mac);

/// <summary>Who sleeps. What the engine says of containers is seen through it.</summary>
public interface ISleepers
{
    /// <summary>Changes with every change of who sleeps, and how.</summary>
    ImmutableDictionary<string, Asleep> ById { get; }

    /// <summary>Raised after a change, outside of any lock.</summary>
    event Action? Changed;
}

/// <summary>Shows containers that we put to sleep as asleep instead of stopped. Pure.</summary>
public static class SleepOverlay
{
    /// <param name="containers">As the engine has them, or as the grace period shows them.</param>
    /// <param name="sleepers">By container id.</param>
    public static IReadOnlyCollection<ContainerFacts> Apply(IReadOnlyCollection<ContainerFacts> containers, ImmutableDictionary<string, Asleep> sleepers)
    {
        if (sleepers.IsEmpty || !containers.Any(container => sleepers.ContainsKey(container.Id)))
            return containers;
        // An address has one owner: who only keeps it gives it up to the container that really has it.
        var taken = containers.Where(container => container.IsUp && !Sleeps(container, sleepers)).SelectMany(container => container.Addresses).ToHashSet();
        return [.. containers.Select(container => Sleeps(container, sleepers) ? Apply(container, sleepers[container.Id], taken) : container)];
    }

    /// <summary>One that runs is being put to sleep, or was started by others; paused is how it may sleep. Shown as running only for the grace period, it is down.</summary>
    private static bool Sleeps(ContainerFacts container, ImmutableDictionary<string, Asleep> sleepers) =>
        sleepers.ContainsKey(container.Id)
        && !container.Gone
        && (container.Held || container.Life is ContainerLife.Exited or ContainerLife.Paused or ContainerLife.Created);

    private static ContainerFacts Apply(ContainerFacts container, Asleep asleep, HashSet<IPAddress> taken)
    {
        if (asleep.Places.Any(place => place.Addresses.Any(taken.Contains)))
            return container.Held ? container : container with { Endpoints = [.. container.Endpoints.Select(endpoint => endpoint with { Addresses = [] })] };
        return container with
        {
            Asleep = asleep,
            Held = false,
            Life = container.Life == ContainerLife.Paused ? ContainerLife.Paused : ContainerLife.Exited,
            Since = asleep.Since,
            StartedAt = null,
            Health = ContainerHealthState.None,
            Endpoints = [.. container.Endpoints.Select(endpoint => asleep.Places.FirstOrDefault(place => place.Network == endpoint.Network) is { } kept
                ? endpoint with { Addresses = kept.Addresses, NetworkId = endpoint.NetworkId.Length > 0 ? endpoint.NetworkId : kept.NetworkId, Mac = kept.Mac.Length > 0 ? kept.Mac : endpoint.Mac }
                : endpoint)],
        };
    }
}
