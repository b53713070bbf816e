using System.Collections.Immutable;
using System.Threading.Channels;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>
/// Asks the engine in the background; each answer comes back to the loop as a signal. Called by the loop only. When the engine
/// is back after it was away, what was asked before is abandoned: it may hang for long, and says nothing of the engine that is there now.
/// </summary>
internal sealed class EngineReader(IContainerEngine engine, ChannelWriter<Signal> signals, AgentMetrics metrics, CancellationToken stopping)
{
    /// <summary>A container whose inspection hangs in the engine holds one of these until the request times out.</summary>
    private const int MaximumAtOnce = 32;

    private readonly LabelOrigin _labels = new(engine);
    private readonly Dictionary<string, bool> _running = [];
    private readonly Queue<string> _waiting = [];
    private readonly HashSet<string> _queued = [];
    private CancellationTokenSource _asking = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private int _connection = 1;
    private bool _listingNetworks;
    private bool _networksAgain;

    /// <summary>Podman reports no parent of a macvlan network.</summary>
    public bool IsPodman { get; set; }

    /// <summary>Without root an engine has a network namespace of its own.</summary>
    public bool IsRootless { get; set; }

    public bool IsListing { get; private set; }

    /// <summary>Whether an inspection of this container is under way.</summary>
    public bool IsInspecting(string id) => _running.ContainsKey(id) || _queued.Contains(id);

    public bool IsListingNetworks => _listingNetworks;

    /// <summary>False for an answer to something abandoned.</summary>
    public bool Awaits(Signal signal) => signal.Connection == 0 || signal.Connection == _connection;

    /// <summary>Abandons everything that was asked and not answered yet.</summary>
    public void Abandon()
    {
        _connection++;
        _asking.Cancel();
        _asking.Dispose();
        _asking = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _running.Clear();
        _waiting.Clear();
        _queued.Clear();
        (IsListing, _listingNetworks, _networksAgain) = (false, false, false);
    }

    /// <summary>Asks for one container's facts; again after an inspection that already runs, since that may have seen the time before.</summary>
    public void Inspect(string id)
    {
        if (_running.ContainsKey(id))
            _running[id] = true;
        else if (_queued.Add(id))
            _waiting.Enqueue(id);
        StartWaiting();
    }

    /// <summary>To be called for each <see cref="SignalKind.Inspected"/> or <see cref="SignalKind.InspectionFailed"/>.</summary>
    public void Finished(string id)
    {
        if (_running.Remove(id, out var again) && again)
            Inspect(id);
        else
            StartWaiting();
    }

    public void List()
    {
        IsListing = true;
        _ = RunAsync(null, SignalKind.ListingFailed, async cancellation =>
        {
            metrics.Listed();
            var networks = engine.ListNetworksAsync(cancellation);
            var containers = new List<ContainerListResponse>();
            foreach (var container in await engine.ListContainersAsync(cancellation))
                containers.Add(await _labels.OwnAsync(container, cancellation));
            return new Signal(SignalKind.Listed, Content: new Listing(
                containers.Select(ContainerFactsReader.Read).OfType<ContainerFacts>().DistinctBy(facts => facts.Id).ToImmutableDictionary(facts => facts.Id),
                Read(await networks)));
        });
    }

    /// <summary>To be called for each <see cref="SignalKind.Listed"/> or <see cref="SignalKind.ListingFailed"/>.</summary>
    public void ListFinished() => IsListing = false;

    public void ListNetworks()
    {
        if (_listingNetworks)
        {
            _networksAgain = true;
            return;
        }

        _listingNetworks = true;
        _ = RunAsync(null, SignalKind.NetworksListed, async cancellation =>
            new Signal(SignalKind.NetworksListed, Content: Read(await engine.ListNetworksAsync(cancellation))));
    }

    /// <summary>To be called for each <see cref="SignalKind.NetworksListed"/>.</summary>
    public void NetworksFinished()
    {
        _listingNetworks = false;
        if (!_networksAgain)
            return;
        _networksAgain = false;
        ListNetworks();
    }

    private void StartWaiting()
    {
        while (_running.Count < MaximumAtOnce && _waiting.TryDequeue(out var id))
        {
            _queued.Remove(id);
            _running.Add(id, false);
            _ = RunAsync(id, SignalKind.InspectionFailed, async cancellation =>
            {
                var inspection = await engine.InspectContainerAsync(id, cancellation);
                return new Signal(SignalKind.Inspected, id, inspection is not null && ContainerFactsReader.Read(await _labels.OwnAsync(WithId(inspection, id), cancellation)) is { } facts ? facts : null);
            });
        }
    }

    /// <summary>Whatever goes wrong becomes a signal: the loop must hear the end of all that it began.</summary>
    private async Task RunAsync(string? id, SignalKind failure, Func<CancellationToken, Task<Signal>> ask)
    {
        var connection = _connection;
        Signal signal;
        try
        {
            signal = await ask(_asking.Token);
        }
        catch (Exception exception)
        {
            signal = new Signal(failure, id, exception);
        }

        signals.TryWrite(signal with { Connection = connection });
    }

    private static ContainerInspectResponse WithId(ContainerInspectResponse inspection, string id)
    {
        inspection.ID = id;
        return inspection;
    }

    /// <summary>By id, and by name too: that is what Podman gives for a container's NetworkID.</summary>
    private ImmutableDictionary<string, NetworkFacts> Read(IReadOnlyList<NetworkResponse> networks)
    {
        NetworkFacts[] facts = [.. networks.Select(network => NetworkFacts.Read(network, !IsPodman, IsRootless)).OfType<NetworkFacts>()];
        return facts.Select(network => KeyValuePair.Create(network.Id, network))
            .Concat(facts.Select(network => KeyValuePair.Create(network.Name, network)))
            .DistinctBy(pair => pair.Key)
            .ToImmutableDictionary();
    }
}

/// <summary>Everything an engine lists.</summary>
/// <param name="Containers">Coarse facts by id.</param>
/// <param name="Networks">By id and by name.</param>
internal sealed record Listing(ImmutableDictionary<string, ContainerFacts> Containers, ImmutableDictionary<string, NetworkFacts> Networks);
