namespace HomeCloud.Registry;

/// <summary>One step of a change: a record put (added or replaced), or a record removed.</summary>
/// <param name="Key">The record concerned.</param>
/// <param name="Record">The record to put; null removes <paramref name="Key"/>. Removing what is not there is no error.</param>
public readonly record struct RecordChange(RecordKey Key, NameRecord? Record)
{
    public static RecordChange Put(NameRecord record) => new(record.Key, record);

    public static RecordChange Remove(RecordKey key) => new(key, null);
}

/// <summary>Identifies a record: the same name may be claimed by several owners.</summary>
/// <param name="Owner">Agent id, or <see cref="WellKnownOwners.Static"/>.</param>
/// <param name="Name">Owner name relative to the zone, folded to lower case, without a trailing dot.</param>
public readonly record struct RecordKey(string Owner, string Name);
