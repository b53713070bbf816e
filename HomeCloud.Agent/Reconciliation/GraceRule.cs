using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>
/// The containers as last seen, and as shown: one that was up and went down, or away, is shown as it was for the
/// grace period, so that a restart between the two is no change at all. Used by the loop only.
/// </summary>
internal sealed class GraceRule(TimeProvider time, TimeSpan grace)
{
    private readonly Dictionary<string, Row> _rows = [];

    public IReadOnlyCollection<string> Ids => _rows.Keys;

    /// <summary>What names are made from.</summary>
    public IReadOnlyCollection<ContainerFacts> Shown() => [.. _rows.Values.Select(row => row.Shown)];

    public bool Contains(string id) => _rows.ContainsKey(id);

    public void Put(ContainerFacts facts)
    {
        if (facts.IsUp)
            EndHoldsOn(facts);
        if (!facts.IsUp && _rows.TryGetValue(facts.Id, out var row) && row.Shown.IsUp && grace > TimeSpan.Zero)
            _rows[facts.Id] = row with { Seen = facts, Shown = row.Shown with { Name = facts.Name, Held = true }, HoldUntil = row.HoldUntil ?? Deadline() };
        else
            _rows[facts.Id] = new Row(facts, facts, null);
    }

    public void Remove(string id)
    {
        if (!_rows.TryGetValue(id, out var row))
            return;
        if (row.Shown.IsUp && grace > TimeSpan.Zero)
            _rows[id] = row with { Seen = null, Shown = row.Shown with { Held = true, Gone = true }, HoldUntil = row.HoldUntil ?? Deadline() };
        else
            _rows.Remove(id);
    }

    /// <summary>Shows those whose grace is over as they are.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Expire()
    {
        var now = time.GetTimestamp();
        var changed = false;
        foreach (var (id, row) in _rows)
        {
            if (row.HoldUntil <= now)
                changed |= EndHold(id, row);
        }

        return changed;
    }

    /// <summary>Starts every running grace anew: while the engine was away nothing could come back.</summary>
    public void Rearm()
    {
        foreach (var (id, row) in _rows)
        {
            if (row.HoldUntil is not null)
                _rows[id] = row with { HoldUntil = Deadline() };
        }
    }

    /// <summary>The next timestamp at which <see cref="Expire"/> has something to do.</summary>
    public long? NextDeadline() => _rows.Values.Min(row => row.HoldUntil);

    private long Deadline() => time.GetTimestamp() + (long)(grace.TotalSeconds * time.TimestampFrequency);

    /// <summary>An address has one owner: who is shown only by grace gives it up at once to the container that really has it.</summary>
    private void EndHoldsOn(ContainerFacts facts)
    {
        foreach (var (id, row) in _rows)
        {
            if (row.HoldUntil is not null && id != facts.Id && SharesAddress(row.Shown, facts))
                EndHold(id, row);
        }
    }

    private static bool SharesAddress(ContainerFacts left, ContainerFacts right) => left.Endpoints.Any(mine =>
        right.Endpoints.Any(theirs => theirs.NetworkId == mine.NetworkId && theirs.Addresses.Any(address => mine.Addresses.Contains(address))));

    private bool EndHold(string id, Row row)
    {
        if (row.Seen is { } seen)
            _rows[id] = new Row(seen, seen, null);
        else
            _rows.Remove(id);
        return true;
    }

    /// <param name="Seen">As the engine says; null when it is gone.</param>
    /// <param name="Shown">As names are made from it.</param>
    /// <param name="HoldUntil">Timestamp at which grace ends; null when both are the same.</param>
    private sealed record Row(ContainerFacts? Seen, ContainerFacts Shown, long? HoldUntil);
}
