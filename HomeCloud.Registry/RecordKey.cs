namespace HomeCloud.Registry;

/// <summary>Identifies a record: the same name may be claimed by several owners.</summary>
/// <param name="Owner">Agent id, or <see cref="WellKnownOwners.Static"/>.</param>
/// <param name="Name">Owner name relative to the zone, folded to lower case, without a trailing dot.</param>
public readonly record struct RecordKey(string Owner, string Name);
