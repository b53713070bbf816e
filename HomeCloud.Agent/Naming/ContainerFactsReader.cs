using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Docker.DotNet.Models;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Naming;

/// <summary>Turns what an engine sent, in which anything may be missing or odd, into <see cref="ContainerFacts"/>.</summary>
public static class ContainerFactsReader
{
    /// <returns>Null without an id: there is nothing to attach a name to.</returns>
    public static ContainerFacts? Read(ContainerInspectResponse container)
    {
        if (container.ID is not { Length: > 0 } id)
            return null;
        var state = container.State ?? new State();
        var created = Time(container.Created);
        var life = Life(state.Status, state);
        return new ContainerFacts
        {
            Id = id,
            Name = Name(container.Name, id),
            Created = created,
            Life = life,
            Since = WholeSeconds(life switch
            {
                ContainerLife.Running or ContainerLife.Paused => Time(state.StartedAt),
                ContainerLife.Created => created,
                _ => Time(state.FinishedAt),
            }),
            ExitCode = state.ExitCode,
            OutOfMemory = state.OOMKilled,
            Health = Health(state.Health?.Status),
            Image = container.Config?.Image ?? "",
            NetworkMode = container.HostConfig?.NetworkMode ?? "",
            Labels = Labels(container.Config?.Labels),
            Endpoints = Endpoints(container.NetworkSettings?.Networks, container.Config?.Hostname),
            Published = Published(container.NetworkSettings?.Ports),
            Exposed = Exposed(container.NetworkSettings?.Ports),
        };
    }

    /// <summary>The coarser view of the container list, for a container whose inspection the engine fails to give.</summary>
    public static ContainerFacts? Read(ContainerListResponse container)
    {
        if (container.ID is not { Length: > 0 } id)
            return null;
        var created = Time(container.Created);
        return new ContainerFacts
        {
            Id = id,
            // Legacy links add names with a second slash; the container's own has one.
            Name = Name(container.Names?.FirstOrDefault(name => name?.LastIndexOf('/') == 0), id),
            Created = created,
            Life = Life(container.State, new State()),
            Since = created,
            Health = HealthIn(container.Status),
            Image = container.Image ?? "",
            Labels = Labels(container.Labels),
            Endpoints = Endpoints(container.NetworkSettings?.Networks, null),
        };
    }

    /// <summary>Engines' times: RFC 3339 with up to nine fractional digits, the year 1 for "never", or an empty string. Garbage is "never" too: a container with an odd date is still a container.</summary>
    public static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : default;

    public static DateTimeOffset Time(DateTime time) => time.Ticks == 0 ? default : new DateTimeOffset(time.ToUniversalTime());

    private static string Name(string? name, string id) => name?.TrimStart('/') is { Length: > 0 } given ? given : id[..Math.Min(12, id.Length)];

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    private static ContainerLife Life(string? status, State state) => status switch
    {
        "running" => ContainerLife.Running,
        "paused" => ContainerLife.Paused,
        "restarting" => ContainerLife.Restarting,
        "created" or "configured" or "initialized" => ContainerLife.Created,
        "dead" => ContainerLife.Dead,
        null or "" when state is { Running: true, Restarting: false } => state.Paused ? ContainerLife.Paused : ContainerLife.Running,
        _ => ContainerLife.Exited,
    };

    private static ContainerHealthState Health(string? status) => status switch
    {
        null or "" or "none" => ContainerHealthState.None,
        "healthy" => ContainerHealthState.Healthy,
        "unhealthy" => ContainerHealthState.Unhealthy,
        _ => ContainerHealthState.Starting,
    };

    /// <summary>The list tells health inside its sentence, and 20.10 only there: <c>Up 3 minutes (healthy)</c>.</summary>
    private static ContainerHealthState HealthIn(string? status) => status switch
    {
        null => ContainerHealthState.None,
        _ when status.Contains("(healthy)", StringComparison.Ordinal) => ContainerHealthState.Healthy,
        _ when status.Contains("(unhealthy)", StringComparison.Ordinal) => ContainerHealthState.Unhealthy,
        _ when status.Contains("(health: starting)", StringComparison.Ordinal) => ContainerHealthState.Starting,
        _ => ContainerHealthState.None,
    };

    private static ImmutableDictionary<string, string> Labels(IDictionary<string, string>? labels) =>
        labels?.ToImmutableDictionary(label => label.Key, label => label.Value ?? "") ?? ImmutableDictionary<string, string>.Empty;

    /// <summary>
    /// <c>docker run --hostname x</c> adds x to the aliases, and a later rename leaves it there: the old name would
    /// live on. Nobody chose that alias, so it is left out.
    /// </summary>
    private static ImmutableArray<EndpointFacts> Endpoints(IDictionary<string, EndpointSettings>? networks, string? hostname) =>
        networks is null
            ? []
            :
            [
                .. networks
                    .Where(network => network.Value is not null)
                    .OrderBy(network => network.Key, StringComparer.Ordinal)
                    .Select(network => new EndpointFacts(
                        network.Key,
                        network.Value!.NetworkID ?? "",
                        [.. Address(network.Value.IPAddress), .. Address(network.Value.GlobalIPv6Address)],
                        [.. network.Value.Aliases?.OfType<string>().Where(alias => alias != hostname) ?? []]) { Mac = network.Value.MacAddress ?? "" }),
            ];

    private static IEnumerable<IPAddress> Address(string? text)
    {
        if (AddressText.TryParse(text, out var address) && !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal
            && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
            yield return address;
    }

    private static ImmutableArray<PublishedPort> Published(IDictionary<string, IList<PortBinding>>? ports)
    {
        if (ports is null)
            return [];
        var published = new List<PublishedPort>();
        foreach (var (port, bindings) in ports)
        {
            foreach (var binding in bindings ?? [])
            {
                if (!ushort.TryParse(binding?.HostPort, NumberStyles.None, CultureInfo.InvariantCulture, out var hostPort) || hostPort == 0)
                    continue;
                if (!AddressText.TryParse(binding.HostIP, out var address))
                    address = IPAddress.Any;
                published.Add(new PublishedPort(address, hostPort, port));
            }
        }

        return [.. published.OrderBy(port => port.HostPort).ThenBy(port => port.ContainerPort, StringComparer.Ordinal).ThenBy(port => port.Address.ToString(), StringComparer.Ordinal)];
    }

    private static ImmutableArray<string> Exposed(IDictionary<string, IList<PortBinding>>? ports) =>
        ports is null ? [] : [.. ports.Keys.Order(StringComparer.Ordinal)];
}
