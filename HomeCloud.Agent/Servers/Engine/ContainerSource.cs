using System.Collections.Immutable;
using Docker.DotNet.Models;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>
/// From a container of ours back to the plan that it was made by. What its image gave it (variables, command, labels) is left out,
/// so that a newer image gives its own. Pure.
/// </summary>
internal static class ContainerSource
{
    /// <param name="container">As the engine inspects it.</param>
    /// <param name="image">The image that it was made from, by id.</param>
    public static ServerSource Of(ContainerInspectResponse container, ImageInspectResponse image)
    {
        var (config, host) = (container.Config ?? new ContainerConfig(), container.HostConfig ?? new HostConfig());
        var networks = container.NetworkSettings?.Networks ?? new Dictionary<string, EndpointSettings>();

        // Podman says "bridge" whatever network it is.
        var network = networks.ContainsKey(host.NetworkMode ?? "") ? host.NetworkMode! : networks.Keys.FirstOrDefault() ?? host.NetworkMode ?? "";
        var endpoint = networks.TryGetValue(network, out var found) ? found : null;
        var inherited = (image.Config?.Env ?? []).Concat(FromPodman(config)).ToHashSet(StringComparer.Ordinal);
        var own = (config.Env ?? []).Where(variable => !inherited.Contains(variable)).Select(variable => variable.Split('=', 2)).Where(parts => parts.Length == 2);
        var labels = image.Config?.Labels ?? new Dictionary<string, string>();
        return new ServerSource(
            new ContainerPlan
            {
                Name = (container.Name ?? "").TrimStart('/'),
                Image = config.Image ?? "",
                Network = network,
                Address = AddressText.TryParse(endpoint?.IPAMConfig?.IPv4Address is { Length: > 0 } kept ? kept : endpoint?.IPAddress ?? "", out var address) ? address : null,
                Mac = endpoint?.MacAddress,
                Command = (config.Cmd ?? []).SequenceEqual(image.Config?.Cmd ?? []) ? [] : [.. config.Cmd ?? []],
                Environment = own.DistinctBy(parts => parts[0]).ToImmutableSortedDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal),
                // Those without a name too: an image's own volumes hold data as well.
                Mounts = [.. (container.Mounts ?? []).Select(Mount).OfType<MountPlan>()],
                Labels = (config.Labels ?? new Dictionary<string, string>()).Where(label => !labels.TryGetValue(label.Key, out var given) || given != label.Value)
                    .ToImmutableSortedDictionary(label => label.Key, label => label.Value ?? "", StringComparer.Ordinal),
                MemoryBytes = host.Memory,
                Cpus = host.NanoCPUs / 1e9,
                Privileged = host.Privileged,
            },
            container.Image ?? "",
            [.. networks.Keys]);
    }

    /// <summary>Variables that Podman adds, and shows as the container's own.</summary>
    private static IEnumerable<string> FromPodman(ContainerConfig config) =>
        config.Env?.Contains("container=podman") == true ? ["container=podman", $"HOSTNAME={config.Hostname}", "HOME=/root", "HOME=/", "TERM=xterm"] : [];

    private static MountPlan? Mount(MountPoint mount) => mount.Type switch
    {
        "volume" when mount.Name is { Length: > 0 } name => new MountPlan(name, mount.Destination, !mount.RW, MountKind.SharedVolume),
        "bind" => new MountPlan(mount.Source, mount.Destination, !mount.RW, MountKind.Folder),
        _ => null,
    };
}

/// <summary>How a container of ours was made.</summary>
/// <param name="Plan">Volumes by their full names.</param>
/// <param name="ImageId">The image that it has, whatever its name leads to by now.</param>
/// <param name="Networks">All that it is connected to.</param>
public sealed record ServerSource(ContainerPlan Plan, string ImageId, ImmutableArray<string> Networks);
