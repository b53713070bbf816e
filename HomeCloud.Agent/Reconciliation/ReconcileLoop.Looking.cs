using System.Collections.Immutable;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Looking at the engine: single containers, networks, everything.</summary>
internal sealed partial class ReconcileLoop
{
    private void Compare()
    {
        _listAgain.Clear();
        if (_engine.IsListing)
            _compareAgain = true;
        else
            _engine.List();
    }

    private void Listed(Listing listing)
    {
        _engine.ListFinished();
        _networks = listing.Networks;
        _comparison = new Comparison(_time, listing);
        foreach (var id in listing.Containers.Keys.Union(_containers.Ids).ToArray())
        {
            _comparison.Await(id);
            _engine.Inspect(id);
        }

        if (_compareAgain)
        {
            _compareAgain = false;
            _engine.List();
        }

        FinishComparison();
    }

    private void ListingFailed(Exception exception)
    {
        _engine.ListFinished();
        _compareAgain = false;
        if (exception is OperationCanceledException)
            return;
        AgentLog.ListingFailed(_logger, exception.Message);
        // The stream may look alive while nothing answers any more: begin again with a new one.
        if (exception is EngineAwayException)
            _cutEngine();
        else
            _listAgain.Set(ListAgainAfter);
    }

    private void Inspected(string id, ContainerFacts? facts)
    {
        _engine.Finished(id);
        _failing.Remove(id);
        if (_touched.Remove(id, out var touched))
            _oldestTouch = _oldestTouch is { } oldest ? Math.Min(oldest, touched) : touched;
        if (facts is null)
            _containers.Remove(id);
        else if (facts.Endpoints.All(endpoint => endpoint.NetworkId.Length == 0 || _networks.ContainsKey(endpoint.NetworkId)))
            _containers.Put(facts);
        else
            Park(facts);
        _dirty = true;
        _comparison?.Arrived(id);
        FinishComparison();
    }

    /// <summary>A container on a network made a moment ago: publishing it as "not on the LAN" now would be believed for the negative TTL.</summary>
    private void Park(ContainerFacts facts)
    {
        _parked[facts.Id] = facts;
        _engine.ListNetworks();
    }

    private void NetworksListed(ImmutableDictionary<string, NetworkFacts>? networks)
    {
        _engine.NetworksFinished();
        _networks = networks ?? _networks;
        foreach (var facts in _parked.Values)
            _containers.Put(facts);
        _parked.Clear();
        _dirty = true;
    }

    private void InspectionFailed(string id, Exception exception)
    {
        _engine.Finished(id);
        if (exception is OperationCanceledException)
            return;
        if (_failing.Add(id))
            AgentLog.InspectionFailed(_logger, id, exception.Message);
        _inspectAgain.Ensure(InspectAgainAfter);
        TakeFromListing(id);
        _comparison?.Arrived(id);
        FinishComparison();
    }

    private void TakeFromListing(string id)
    {
        if (_containers.Contains(id) || _comparison?.Summary(id) is not { } summary)
            return;
        _containers.Put(summary);
        _dirty = true;
    }

    private void FinishComparison()
    {
        if (_comparison is not { IsComplete: true })
            return;
        _comparison = null;
        _hostAddresses = _options.HostAddresses.Count > 0 ? [.. _options.HostAddresses] : HostAddressFinder.Find(_networks.Values, _containers.Shown());
        _resync.Set(_options.Resync);
        _dirty = _replace = true;
        var now = _time.GetUtcNow();
        _status.Update(status => status with { LastComparison = now });
        _compared.TrySetResult();
    }
}
