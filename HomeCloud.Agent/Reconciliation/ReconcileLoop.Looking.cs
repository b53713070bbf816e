using System.Collections.Immutable;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Looking at the engine: single containers, networks, everything.</summary>
internal sealed partial class ReconcileLoop
{
    /// <param name="isFull">Every container is looked at; else those that the listing shows as changed.</param>
    private void Compare(bool isFull)
    {
        _fullWanted |= isFull;
        if (isFull)
            _listAgain.Clear();
        if (_engine.IsListing)
            _compareAgain = true;
        else
            BeginListing();
    }

    private void BeginListing()
    {
        (_listingIsFull, _fullWanted, _compareAgain) = (_fullWanted, false, false);
        _lookers.ListingBegins();
        _engine.List();
    }

    private void Look(TaskCompletionSource looked)
    {
        if (!_connected && _status.Current.EngineProblem is { } problem)
        {
            looked.TrySetException(new EngineNotFollowedException(problem));
            return;
        }

        _lookers.Add(looked);
        if (_connected)
            Compare(isFull: false);
    }

    private void Listed(Listing listing)
    {
        _engine.ListFinished();
        (_networks, _changed) = (listing.Networks, true);
        _comparison = new Comparison(_time, listing, _lookers.Begun, _listingIsFull || _comparison is { IsFull: true });
        foreach (var id in listing.Containers.Keys.Union(_containers.Ids).Union(_seen.Keys).ToArray())
            LookAt(id, _comparison, listing);
        if (_compareAgain)
            BeginListing();

        FinishComparison();
    }

    /// <summary>One that the engine cannot inspect, or not soon, is shown as the listing says, and keeps nobody waiting a second time.</summary>
    private void LookAt(string id, Comparison comparison, Listing listing)
    {
        if (!comparison.IsFull && (_failing.Contains(id) || _slow.Contains(id)))
        {
            TakeFromListing(id);
            return;
        }

        if (comparison.IsFull || ShowsChange(id, listing))
            _engine.Inspect(id);
        else if (!_engine.IsInspecting(id))
            return;
        comparison.Await(id);
    }

    private bool ShowsChange(string id, Listing listing) =>
        !listing.Containers.TryGetValue(id, out var row) || !_seen.TryGetValue(id, out var seen) || !seen.IsInspected || Differ(row, seen);

    private static bool Differ(ContainerFacts row, ContainerFacts known) =>
        row.Life != known.Life || row.Health != known.Health || row.Name != known.Name
        || !row.Endpoints.Select(Place).SequenceEqual(known.Endpoints.Select(Place));

    private static string Place(EndpointFacts endpoint) => $"{endpoint.Network} {string.Join(' ', endpoint.Addresses)}";

    private void ListingFailed(Exception exception)
    {
        _engine.ListFinished();
        _compareAgain = false;
        if (exception is OperationCanceledException)
            return;
        _lookers.Failed(exception);
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
        _slow.Remove(id);
        _seen = facts is null ? _seen.Remove(id) : _seen.SetItem(id, facts);
        _changed = true;
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
        if (networks is not null)
            (_networks, _changed) = (networks, true);
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
        _slow.Remove(id);
        _inspectAgain.Ensure(InspectAgainAfter);
        TakeFromListing(id);
        _comparison?.Arrived(id);
        FinishComparison();
    }

    private void TakeFromListing(string id)
    {
        if (_comparison?.Summary(id) is not { } row)
            return;
        var known = _seen.GetValueOrDefault(id);
        if (known is not null && !Differ(row, known))
            return;
        var facts = known is null ? row : known with
        {
            Name = row.Name,
            Life = row.Life,
            Health = row.Health,
            Endpoints = row.Endpoints,
            StartedAt = row.IsUp ? known.StartedAt ?? row.StartedAt : null,
        };
        _seen = _seen.SetItem(id, facts);
        _containers.Put(facts);
        (_dirty, _changed) = (true, true);
    }

    private void FinishComparison()
    {
        if (_comparison is not { IsComplete: true } comparison)
            return;
        _comparison = null;
        if (comparison.IsFull)
            FinishFull();
        _compared.TrySetResult();
        Show();
        _lookers.Finished(comparison.Number);
    }

    private void FinishFull()
    {
        _hostAddresses = _options.HostAddresses.Count > 0 ? [.. _options.HostAddresses] : HostAddressFinder.Find(_networks.Values, _containers.Shown(), _options.SharedAddresses);
        _resync.Set(_options.Resync);
        _dirty = _replace = _changed = true;
        var now = _time.GetUtcNow();
        _status.Update(status => status with { LastComparison = now });
    }

    /// <summary>To everybody who goes by the engine's state.</summary>
    private void Show()
    {
        if (!_changed)
            return;
        _changed = false;
        IReadOnlyCollection<ContainerFacts> seen = [.. _seen.Values];
        var shown = Overlaid(seen);
        _model.Publish(new EngineSnapshot
        {
            Containers = ReferenceEquals(shown, seen) ? _seen : shown.ToImmutableDictionary(facts => facts.Id),
            Aside = [.. seen.Where(facts => facts.IsAside)],
            Networks = _networks,
            HostAddresses = _hostAddresses,
            IsPodman = _engine.IsPodman,
            Problem = _connected && Compared.IsCompleted ? null : _status.Current.EngineProblem ?? _model.Current.Problem,
        });
    }
}
