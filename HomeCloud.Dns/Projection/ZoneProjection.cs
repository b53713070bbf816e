using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Dns.Zones;
using HomeCloud.Registry;
using HomeCloud.Registry.Feed;

namespace HomeCloud.Dns.Projection;

/// <summary>
/// Registry updates → zone changes, for any number of sources. Work is proportional to the names an update touches, never to
/// the size of the zones. Updates of different sources may come at once; they take turns.
/// </summary>
/// <example>
/// <code>
/// claims of "nas"                         → published
/// agent a: running since 9:00               nas = a, nas.b = b      (oldest wins, the loser gets its host's name)
/// agent b: running since 9:30
/// agent a's lease runs out                → nas = b, nas.a = a
/// static: nas                             → nas = static, nas.a = a, nas.b = b
/// </code>
/// </example>
public sealed class ZoneProjection
{
    // Readers have numbers from 0.
    private const int FilesSource = -1;

    private readonly Lock _applying = new();
    private readonly Func<long> _clock;
    private readonly ZoneCatalog _catalog;
    private readonly PublishedNames _published;
    private readonly Dictionary<string, NameClaim> _claims = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NameClaim>> _substitutes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NameRecord> _withdrawn = new(StringComparer.Ordinal);
    private readonly Dictionary<int, RegistrySnapshot> _snapshots = [];

    /// <param name="catalog">Receives the names.</param>
    /// <param name="clock">Monotonic milliseconds, by which queries are answered too; null takes <see cref="Environment.TickCount64"/>.</param>
    public ZoneProjection(ZoneCatalog catalog, Func<long>? clock = null)
    {
        _clock = clock ?? (static () => Environment.TickCount64);
        _catalog = catalog;
        Sleepers = new SleeperTable(catalog);
        _published = new PublishedNames(catalog, _claims.ContainsKey, Sleepers);
    }

    /// <summary>The names that wake a server.</summary>
    public SleeperTable Sleepers { get; }

    /// <summary>Applies one update of one source.</summary>
    /// <param name="source">Tells sources apart; the same number for every update of one reader.</param>
    /// <param name="update">The first of a source must be a snapshot.</param>
    /// <returns>Names that mean something else now.</returns>
    public int Apply(int source, RegistryUpdate update)
    {
        lock (_applying)
        {
            var touched = new HashSet<string>(update.IsSnapshot ? update.Snapshot.Records.Count : update.Changes.Length, StringComparer.Ordinal);
            _snapshots.TryGetValue(source, out var before);
            _snapshots[source] = update.Snapshot;
            if (update.IsSnapshot)
                TakeSnapshot(source, before ?? RegistrySnapshot.Empty, update.Snapshot, touched);
            else
                TakeChanges(source, update, touched);

            if (update.OwnersChanged || update.IsSnapshot)
                touched.UnionWith(_claims.Where(pair => pair.Value.Next is not null).Select(pair => pair.Key));

            var changed = Settle(touched);
            if (changed > 0)
                _catalog.Serial.Changed(_clock());
            return changed;
        }
    }

    /// <summary>Takes what zone files say of names of ours in place of what they said: addresses and aliases contest the name, as static ones do.</summary>
    public void ApplyFiles(ZoneFileContent files)
    {
        lock (_applying)
        {
            if (_published.ReplaceFiles(files.Home))
                _catalog.Serial.Changed(_clock());
            var before = _snapshots.GetValueOrDefault(FilesSource) ?? RegistrySnapshot.Empty;
            var records = FileClaims.Of(files).ToImmutableDictionary(record => record.Key);
            Apply(FilesSource, new RegistryUpdate(before with { Revision = before.Revision + 1, Records = records }, SnapshotChanges.Between(before.Records, records)));
        }
    }

    /// <summary>Moves the reverse names of networks that this machine has come to be attached to, or is no longer.</summary>
    public void FollowNetworks()
    {
        lock (_applying)
        {
            if (_published.PlacePointers())
                _catalog.Serial.Changed(_clock());
        }
    }

    private void TakeSnapshot(int source, RegistrySnapshot before, RegistrySnapshot now, HashSet<string> touched)
    {
        _claims.EnsureCapacity(now.Records.Count);
        foreach (var (key, record) in before.Records)
        {
            if (!now.Records.ContainsKey(key))
                Unclaim(source, record.Key, touched);
        }

        foreach (var (key, record) in now.Records)
        {
            if (before.Records.IsEmpty || !before.Records.TryGetValue(key, out var there) || !ReferenceEquals(there, record))
                Claim(source, record, touched);
        }
    }

    private void TakeChanges(int source, RegistryUpdate update, HashSet<string> touched)
    {
        foreach (var change in update.Changes)
        {
            if (change.Record is { } record)
                Claim(source, record, touched);
            else
                Unclaim(source, change.Key, touched);
        }
    }

    private void Claim(int source, NameRecord record, HashSet<string> touched)
    {
        Unclaim(source, record.Key, touched);
        AddClaim(new NameClaim(record, source, isSubstitute: false));
    }

    private void Unclaim(int source, RecordKey key, HashSet<string> touched)
    {
        touched.Add(key.Name);
        for (var claim = _claims.GetValueOrDefault(key.Name); claim is not null; claim = claim.Next)
        {
            if (claim.Source == source && claim.Record.Owner == key.Owner && !claim.IsSubstitute)
            {
                RemoveClaim(claim);
                return;
            }
        }
    }

    // Losers of one name get substitutes, which may contest other names: those are settled next. Substitutes never get
    // substitutes themselves, so two rounds end it.
    private int Settle(HashSet<string> touched)
    {
        var changed = 0;
        var second = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in touched)
            Substitute(name, second);
        foreach (var name in second.Concat(touched.Where(name => !second.Contains(name))))
        {
            if (Publish(name))
                changed++;
        }

        return changed;
    }

    private bool Publish(string name)
    {
        _withdrawn.Remove(name, out var before);
        var first = _claims.GetValueOrDefault(name);
        var winner = Winner(first);
        for (var claim = first; claim is not null; claim = claim.Next)
        {
            if (claim.IsPublished)
                before = claim.Record;
            claim.IsPublished = claim == winner;
        }

        return _published.Publish(name, before, winner?.Record);
    }

    private void Substitute(string name, HashSet<string> touched)
    {
        if (_substitutes.Remove(name, out var old))
        {
            foreach (var claim in old)
            {
                RemoveClaim(claim);
                touched.Add(claim.Record.Name);
            }
        }

        var first = _claims.GetValueOrDefault(name);
        if (first is null or { Next: null, IsRefused: false })
            return; // nobody loses: so it is with nearly all names

        // Among real claims: a second round may add a page's substitute, and then nobody gets another substitute for it.
        var winner = Winner(first, realOnly: true);
        List<NameClaim>? substitutes = null;
        for (var claim = first; claim is not null; claim = claim.Next)
        {
            if (claim == winner || claim.IsSubstitute || SubstituteName(claim.Record) is not { } other)
                continue;
            var substitute = new NameClaim(claim.Record with { Name = other }, claim.Source, isSubstitute: true);
            AddClaim(substitute);
            touched.Add(other);
            (substitutes ??= []).Add(substitute);
        }

        if (substitutes is not null)
            _substitutes[name] = substitutes;
    }

    private NameClaim? Winner(NameClaim? first, bool realOnly = false)
    {
        NameClaim? best = null;
        for (var claim = first; claim is not null; claim = claim.Next)
        {
            if (realOnly && claim.IsSubstitute)
                continue;
            if (!claim.IsRefused && (best is null || ClaimOrder.Compare(claim, IsAlive(claim), best, IsAlive(best)) < 0))
                best = claim;
        }

        return best;
    }

    private bool IsAlive(NameClaim claim) => _snapshots[claim.Source].IsAlive(claim.Record.Owner);

    private void AddClaim(NameClaim claim)
    {
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_claims, claim.Record.Name, out _);
        claim.Next = first;
        first = claim;
    }

    private void RemoveClaim(NameClaim claim)
    {
        var name = claim.Record.Name;
        if (claim.IsPublished)
            _withdrawn[name] = claim.Record;
        var first = _claims[name];
        if (first != claim)
        {
            while (first.Next != claim)
                first = first.Next!;
            first.Next = claim.Next;
        }
        else if (claim.Next is null)
        {
            _claims.Remove(name);
        }
        else
        {
            _claims[name] = claim.Next;
        }
    }

    private static string? SubstituteName(NameRecord record) =>
        record.Attributes.TryGetValue(RecordAttributes.Host, out var host) && RelativeName.ToLabel(host) is { } label
            ? $"{record.Name}.{label}"
            : null;
}
