using System.Net;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Agent.Servers.Live;

/// <summary>Tells the LAN when a container starts at an address with a MAC that was not seen there before.</summary>
internal sealed partial class AddressAnnouncer(IServerEngine engine, ILanVoice voice, ServersOptions options, TimeProvider time, ILogger<AddressAnnouncer> logger) : BackgroundService
{
    /// <summary>More than any home has; then all is forgotten, which costs an announcement each.</summary>
    private const int MostOwners = 4_096;

    /// <summary>RFC 5227 §1.1: ANNOUNCE_INTERVAL. The second of two announcements is for Wi-Fi, which loses broadcasts.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Dictionary<IPAddress, string> _owners = [];
    private bool _hasLooked;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.ProbeAddresses)
            return;
        try
        {
            await foreach (var _ in engine.WatchAsync(stoppingToken))
            {
                if (engine.Known is { IsSuccess: true, Value: { } containers })
                    Look(containers, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    private void Look(IReadOnlyList<ContainerFacts> containers, CancellationToken stopping)
    {
        if (_owners.Count > MostOwners)
            _owners.Clear();
        HashSet<IPAddress> seen = [];
        foreach (var container in containers.Where(container => container.IsUp))
        {
            var mac = container.Endpoints.FirstOrDefault(endpoint => endpoint.Network == container.Lan.Network)?.Mac;
            if (string.IsNullOrEmpty(mac))
                continue;
            foreach (var address in container.Lan.Addresses)
            {
                // Of two that have one address, in networks that overlap, the second would be a change at each look.
                if (!seen.Add(address) || (_owners.TryGetValue(address, out var before) && before.Equals(mac, StringComparison.OrdinalIgnoreCase)))
                    continue;
                _owners[address] = mac;

                // Who runs when the agent starts has been there for long, as far as anybody knows.
                if (_hasLooked)
                    _ = AnnounceAsync(container.Name, address, mac, stopping);
            }
        }

        _hasLooked = true;
    }

    private async Task AnnounceAsync(string server, IPAddress address, string mac, CancellationToken stopping)
    {
        LogAnnounced(PlainText.From(server, 63), address, mac);
        try
        {
            await voice.AnnounceAsync(address, mac, stopping);
            await Task.Delay(Interval, time, stopping);

            // Meanwhile the address may have the next owner: after this it would be out of reach.
            if (IsOwner(address, mac))
                await voice.AnnounceAsync(address, mac, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    private bool IsOwner(IPAddress address, string mac) =>
        engine.Known is { IsSuccess: true, Value: { } containers }
        && containers.Any(container => container.IsUp && container.Endpoints.Any(endpoint => endpoint.Addresses.Contains(address) && endpoint.Mac.Equals(mac, StringComparison.OrdinalIgnoreCase)));

    [LoggerMessage(LogLevel.Debug, "Server {Server}: {Address} is at {Mac} now; announced on the LAN")]
    private partial void LogAnnounced(string server, IPAddress address, string mac);
}
