namespace HomeCloud.Registry.Redis;

/// <summary>What this process last wanted for one owner, to put it back by itself when Redis lost it. Guarded by its own lock.</summary>
internal sealed class RedisOwner(string name)
{
    public string Name { get; } = name;

    public Lock Gate { get; } = new();

    /// <summary>Null until the whole set was given once.</summary>
    public Dictionary<string, NameRecord>? Wanted { get; set; }

    /// <summary>Zero until a lease was asked for.</summary>
    public TimeSpan Lease { get; set; }

    public void Want(IReadOnlyCollection<RecordChange> changes)
    {
        if (Wanted is not { } wanted)
            return;
        foreach (var change in changes)
        {
            if (change.Record is { } record)
                wanted[change.Key.Name] = record;
            else
                wanted.Remove(change.Key.Name);
        }
    }
}
