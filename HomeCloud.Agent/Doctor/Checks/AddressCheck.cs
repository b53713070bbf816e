using System.Globalization;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>Whether running containers have an address on their LAN network, and one MAC address for life.</summary>
internal sealed class AddressCheck : IDoctorCheck
{
    /// <summary>Before, Docker made the MAC address from the IPv4 address.</summary>
    private const int RandomSince = 28;

    /// <summary>What people choose by hand, and Docker before 28: locally administered, then whatever (IEEE 802, §8.4).</summary>
    private const string Chosen = "02";

    private const int MostNamed = 5;

    public string Id => "addresses";

    public Phrase Title => "containers' addresses";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        var lan = (await patient.NetworksAsync(cancellationToken)).Where(network => network.Driver is "macvlan" or "ipvlan").ToDictionary(network => network.Name, network => network.Driver, StringComparer.Ordinal);
        var places = (await patient.ContainersAsync(cancellationToken))
            .Where(container => container.State == "running")
            .SelectMany(container => (container.NetworkSettings?.Networks ?? new Dictionary<string, EndpointSettings>())
                .Where(place => place.Value is not null && lan.ContainsKey(place.Key))
                .Select(place => (Name: Patient.NameOf(container), Container: container, Network: place.Key, Endpoint: place.Value)))
            .OrderBy(place => place.Name, StringComparer.Ordinal)
            .ToList();
        List<Finding> findings = [.. places.Where(place => string.IsNullOrEmpty(place.Endpoint.IPAddress) && string.IsNullOrEmpty(place.Endpoint.GlobalIPv6Address)).Select(Addressless)];
        if (await GivesRandomMacsAsync(patient, cancellationToken))
        {
            var random = places.Where(place => lan[place.Network] == "macvlan" && IsRandom(place.Container, place.Endpoint)).ToList();
            if (random.Count > 0)
            {
                var named = string.Join(", ", random.Take(MostNamed).Select(place => $"{place.Name} ({place.Endpoint.MacAddress})"));
                findings.Add(Finding.Note(
                    $"{(random.Count > MostNamed ? (Phrase)$"{named} and {random.Count - MostNamed} more" : named)}: the engine sets a new MAC address at every start, so a router that tracks devices by MAC address sees a new device each time.",
                    Phrase.Join(
                        "\n",
                        $"To keep this one, in compose below the service's network {random[0].Network}:  mac_address: {random[0].Endpoint.MacAddress}",
                        $"Without compose: docker run --mac-address {random[0].Endpoint.MacAddress}")));
            }
        }

        return findings.Count > 0 ? findings : [Finding.Ok(places.Count == 0 ? "no container runs on a LAN network" : (Phrase)$"{places.Count} containers run on LAN networks, each with an address")];
    }

    private static Finding Addressless((string Name, ContainerListResponse Container, string Network, EndpointSettings Endpoint) place) => Finding.Problem(
        $"container {place.Name} runs without an address on its network '{place.Network}', so its name has none.",
        Phrase.Join(
            "\n",
            $"Reconnect it to get one:  docker network disconnect {place.Network} {place.Name} && docker network connect {place.Network} {place.Name}",
            "A network created with --ipam-driver null or none assigns no addresses: create it again.",
            Remedy.CreateNetworkAgain(place.Network)));

    private static bool IsRandom(ContainerListResponse container, EndpointSettings endpoint) =>
        container.Labels?.ContainsKey(Servers.Labels.Server) != true
        && endpoint.MacAddress is { Length: > 2 } mac
        && !mac.StartsWith(Chosen, StringComparison.Ordinal)
        && byte.TryParse(mac.AsSpan(0, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var first)
        && (first & 2) != 0;

    private static async Task<bool> GivesRandomMacsAsync(Patient patient, CancellationToken cancellationToken)
    {
        try
        {
            var version = await patient.Engine.VersionAsync(cancellationToken);
            return version.IsPodman()
                || (int.TryParse(version.Version?.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major >= RandomSince);
        }
        catch (DockerException)
        {
            return false; // the engine's own check says so
        }
    }
}
