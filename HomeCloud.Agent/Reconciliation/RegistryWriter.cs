using System.Collections.Immutable;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Brings the registry from what was last written to what is wanted, in one atomic step.</summary>
internal sealed class RegistryWriter(IRegistry registry, string owner)
{
    private ImmutableDictionary<string, NameRecord>? _written;

    /// <param name="wanted">By name.</param>
    /// <param name="replace">What the registry holds of ours is not known: replace all of it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Number of records put or removed; -1 for a replacement of all.</returns>
    /// <exception cref="RegistryUnavailableException">It is unknown what was written; the next write replaces all.</exception>
    public async Task<int> WriteAsync(ImmutableDictionary<string, NameRecord> wanted, bool replace, CancellationToken cancellationToken)
    {
        if (replace || _written is not { } before)
        {
            await registry.ReplaceAsync(owner, [.. wanted.Values], cancellationToken);
            _written = wanted;
            return -1;
        }

        var changes = Changes(before, wanted);
        if (changes.Count == 0)
            return 0;
        _written = null;
        await registry.ApplyAsync(owner, changes, cancellationToken);
        _written = wanted;
        return changes.Count;
    }

    private List<RecordChange> Changes(ImmutableDictionary<string, NameRecord> before, ImmutableDictionary<string, NameRecord> wanted)
    {
        var changes = new List<RecordChange>();
        foreach (var name in before.Keys)
        {
            if (!wanted.ContainsKey(name))
                changes.Add(RecordChange.Remove(new RecordKey(owner, name)));
        }

        foreach (var (name, record) in wanted)
        {
            if (!before.TryGetValue(name, out var old) || !old.Equals(record))
                changes.Add(RecordChange.Put(record));
        }

        return changes;
    }
}
