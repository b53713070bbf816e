namespace HomeCloud.Registry;

/// <summary>One step of a change: a record put (added or replaced), or a record removed.</summary>
/// <param name="Key">The record concerned.</param>
/// <param name="Record">The record to put; null removes <paramref name="Key"/>. Removing what is not there is no error.</param>
public readonly record struct RecordChange(RecordKey Key, NameRecord? Record)
{
    public static RecordChange Put(NameRecord record) => new(record.Key, record);

    public static RecordChange Remove(RecordKey key) => new(key, null);
}
