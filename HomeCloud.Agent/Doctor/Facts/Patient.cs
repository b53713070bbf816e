using System.Net;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Stub;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Doctor.Facts;

/// <summary>
/// What checks look at: this machine, its engine and its LAN. Facts that several checks need are read once, when first asked
/// for; an engine that is away gives empty facts, and only the engine's own check complains about that.
/// </summary>
public sealed class Patient(
    DoctorOptions options,
    EngineClient engine,
    ILanReader lan,
    IStubClient stub,
    IDhcpProbe dhcp,
    IRouterProbe routers,
    IAddressScan scan)
{
    private const int DhcpSamples = 6;

    private Task<NetworkResponse?>? _network;
    private Task<IReadOnlyList<NetworkResponse>>? _networks;
    private Task<IReadOnlyList<ContainerListResponse>>? _containers;
    private Task<IReadOnlyList<DhcpOffer>>? _offers;
    private Task<IPEndPoint?>? _dns;
    private Task<bool>? _isInContainer;

    public DoctorOptions Options { get; } = options;

    public EngineClient Engine { get; } = engine;

    public IStubClient Stub { get; } = stub;

    public IAddressScan Scan { get; } = scan;

    public IRouterProbe Routers { get; } = routers;

    public IReadOnlyList<LanInterface> Interfaces { get; } = lan.Interfaces();

    public (IPAddress Gateway, string Interface)? DefaultRoute { get; } = lan.DefaultRoute();

    /// <summary>The router's DNS server.</summary>
    public IPEndPoint? Router => Options.Router ?? (DefaultRoute is { } route ? new IPEndPoint(route.Gateway, StubClient.DnsPort) : null);

    /// <summary>
    /// Whether the doctor runs in a container with interfaces of its own, as docker compose starts it: then what is said of the
    /// machine's interfaces and its resolver would be wrong. The engine knows; files that tell of containers lie about in images of machines too.
    /// </summary>
    public Task<bool> IsInContainerAsync(CancellationToken cancellationToken) => _isInContainer ??= FindOwnContainerAsync(cancellationToken);

    /// <summary>The Docker network on the LAN, or null.</summary>
    public Task<NetworkResponse?> NetworkAsync(CancellationToken cancellationToken) => _network ??= FindNetworkAsync(cancellationToken);

    /// <summary>All of Docker's networks.</summary>
    public Task<IReadOnlyList<NetworkResponse>> NetworksAsync(CancellationToken cancellationToken) => _networks ??= ListNetworksAsync(cancellationToken);

    public Task<IReadOnlyList<ContainerListResponse>> ContainersAsync(CancellationToken cancellationToken) => _containers ??= ListContainersAsync(cancellationToken);

    /// <summary>What the LAN's DHCP servers would hand out.</summary>
    public Task<IReadOnlyList<DhcpOffer>> OffersAsync(CancellationToken cancellationToken) =>
        _offers ??= DefaultRoute is { } route ? dhcp.AskAsync(route.Interface, DhcpSamples, cancellationToken) : Task.FromResult<IReadOnlyList<DhcpOffer>>([]);

    /// <summary>HomeCloud's DNS server, or null when none is found.</summary>
    public Task<IPEndPoint?> DnsAsync(CancellationToken cancellationToken) => _dns ??= FindDnsAsync(cancellationToken);

    /// <summary>Addresses of running containers in the LAN network, by container name.</summary>
    public async Task<IReadOnlyList<(string Name, IPAddress Address)>> OnTheLanAsync(CancellationToken cancellationToken)
    {
        if (await NetworkAsync(cancellationToken) is not { Name: { } network })
            return [];
        List<(string, IPAddress)> found = [];
        foreach (var container in await ContainersAsync(cancellationToken))
        {
            if (container.State == "running"
                && AddressText.TryParse(AddressIn(container, network), out var address))
            {
                found.Add((NameOf(container), address));
            }
        }

        return found;
    }

    public static bool HasRole(ContainerListResponse container, string role) => container.Labels?.TryGetValue(HomeCloudLabels.Role, out var found) == true && found == role;

    public static string NameOf(ContainerListResponse container) => container.Names is [{ } name, ..] ? name.TrimStart('/') : container.ID ?? "?";

    private bool IsShared(IPAddress address) => Options.SharedAddresses.Any(shared => shared.Address.Equals(address));

    private static string? AddressIn(ContainerListResponse container, string network) =>
        container.NetworkSettings?.Networks?.TryGetValue(network, out var endpoint) == true ? endpoint?.IPAddress : null;

    private async Task<NetworkResponse?> FindNetworkAsync(CancellationToken cancellationToken) => (await NetworksAsync(cancellationToken))
        .Where(network => Options.Network is { } name ? network.Name == name : network.Driver is "macvlan" or "ipvlan")
        .OrderBy(NetworkFacts.IsRouted)
        .FirstOrDefault();

    private async Task<IReadOnlyList<NetworkResponse>> ListNetworksAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Engine.ListNetworksAsync(cancellationToken);
        }
        catch (DockerException)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<ContainerListResponse>> ListContainersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Engine.ListContainersAsync(cancellationToken);
        }
        catch (DockerException)
        {
            return [];
        }
    }

    private async Task<bool> FindOwnContainerAsync(CancellationToken cancellationToken)
    {
        var own = Interfaces.SelectMany(found => found.Addresses).Select(address => address.Address).ToHashSet();
        return (await ContainersAsync(cancellationToken)).Any(container =>
            container.NetworkSettings?.Networks?.Values.Any(endpoint => AddressText.TryParse(endpoint?.IPAddress, out var address) && own.Contains(address)) == true);
    }

    private async Task<IPEndPoint?> FindDnsAsync(CancellationToken cancellationToken)
    {
        if (Options.Dns is { } given)
            return given;
        var network = await NetworkAsync(cancellationToken);
        foreach (var container in await ContainersAsync(cancellationToken))
        {
            if (container.State == "running"
                && HasRole(container, "dns")
                && network?.Name is { } name
                && AddressText.TryParse(AddressIn(container, name), out var address))
            {
                return new IPEndPoint(address, StubClient.DnsPort);
            }
        }

        // Without a container of ours, the server would listen on an address of this machine. One that moves tells nothing about this one.
        foreach (var own in Interfaces.SelectMany(found => found.Addresses).Where(own => own.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !IsShared(own.Address)))
        {
            var candidate = new IPEndPoint(own.Address, StubClient.DnsPort);
            if (await Stub.AskAsync(candidate, Options.Zone, RecordType.Soa, cancellationToken) is { ResponseCode: ResponseCode.NoError })
                return candidate;
        }

        return null;
    }
}
