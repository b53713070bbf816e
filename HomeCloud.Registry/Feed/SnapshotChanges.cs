using System.Collections.Immutable;

namespace HomeCloud.Registry.Feed;

/// <summary>Pure functions from a wish to the steps that fulfil it; steps that change nothing are left out.</summary>
public static class SnapshotChanges
{
    /// <summary>The steps that make <paramref name="records"/> the complete set of <paramref name="owner"/>.</summary>
    public static ImmutableArray<RecordChange> ForReplace(RegistrySnapshot current, string owner, IReadOnlyCollection<NameRecord> records)
    {
        var wanted = records.ToDictionary(record => record.Key);
        var steps = ImmutableArray.CreateBuilder<RecordChange>();
        foreach (var (key, _) in current.Records)
        {
            if (key.Owner == owner && !wanted.ContainsKey(key))
                steps.Add(RecordChange.Remove(key));
        }

        foreach (var (key, record) in wanted)
        {
            if (!current.Records.TryGetValue(key, out var existing) || !existing.Equals(record))
                steps.Add(RecordChange.Put(record));
        }

        return steps.ToImmutable();
    }

    /// <summary>The steps among <paramref name="changes"/>, the last of each record, that change anything.</summary>
    public static ImmutableArray<RecordChange> ForApply(RegistrySnapshot current, IReadOnlyCollection<RecordChange> changes)
    {
        var last = new Dictionary<RecordKey, NameRecord?>(changes.Count);
        foreach (var change in changes)
            last[change.Key] = change.Record;

        var steps = ImmutableArray.CreateBuilder<RecordChange>();
        foreach (var (key, record) in last)
        {
            var exists = current.Records.TryGetValue(key, out var existing);
            if (record is null ? exists : !record.Equals(existing))
                steps.Add(new RecordChange(key, record));
        }

        return steps.ToImmutable();
    }

    /// <summary>The steps from one set of records to another.</summary>
    public static ImmutableArray<RecordChange> Between(
        ImmutableDictionary<RecordKey, NameRecord> before, ImmutableDictionary<RecordKey, NameRecord> after)
    {
        if (ReferenceEquals(before, after))
            return [];
        var steps = ImmutableArray.CreateBuilder<RecordChange>(before.IsEmpty ? after.Count : 8);
        foreach (var (key, _) in before)
        {
            if (!after.ContainsKey(key))
                steps.Add(RecordChange.Remove(key));
        }

        foreach (var (key, record) in after)
        {
            if (before.IsEmpty || !before.TryGetValue(key, out var existing) || !(ReferenceEquals(existing, record) || existing.Equals(record)))
                steps.Add(RecordChange.Put(record));
        }

        return steps.DrainToImmutable();
    }

    public static ImmutableDictionary<RecordKey, NameRecord> Applied(
        this ImmutableDictionary<RecordKey, NameRecord> records, ImmutableArray<RecordChange> steps)
    {
        if (steps.Length == 0)
            return records;
        var builder = records.ToBuilder();
        builder.Take(steps);
        return builder.ToImmutable();
    }

    public static void Take(this ImmutableDictionary<RecordKey, NameRecord>.Builder records, ImmutableArray<RecordChange> steps)
    {
        foreach (var step in steps)
        {
            if (step.Record is { } record)
                records[step.Key] = record;
            else
                records.Remove(step.Key);
        }
    }
}
