namespace HomeCloud.Registry;

/// <summary>What makes a <see cref="NameRecord"/> one that the registry takes.</summary>
public static class RecordRules
{
    private const int MaxServiceLabel = 15; // RFC 6335 §5.1

    /// <summary>Null when the record is valid, else one sentence that names it and what is wrong.</summary>
    public static string? Check(NameRecord record)
    {
        if (NameRules.CheckOwner(record.Owner) is { } ownerProblem)
            return $"The owner '{record.Owner}' of '{record.Name}' {ownerProblem}.";
        if (NameRules.Check(record.Name) is { } nameProblem)
            return $"The name '{record.Name}' {nameProblem}.";
        if (record.Ttl < 0)
            return $"The TTL of '{record.Name}' is {record.Ttl}; it must be 0 to 2147483647 seconds.";
        if (record.AliasOf is { } target)
        {
            if (NameRules.Check(target) is { } targetProblem)
                return $"'{record.Name}' is an alias of '{target}', a name that {targetProblem}.";
            if (target == record.Name)
                return $"'{record.Name}' is an alias of itself.";
            if (!record.Addresses.IsDefaultOrEmpty)
                return $"'{record.Name}' is an alias and has addresses; it can have only one of them (RFC 1034 §3.6.2).";
        }

        foreach (var service in record.Services.IsDefault ? [] : record.Services)
        {
            if (service.Service.Length > MaxServiceLabel || service.Service.Contains('.', StringComparison.Ordinal)
                || NameRules.Check(service.Service) is not null || service.Service[0] is '_' or '*')
            {
                return $"The service '{service.Service}' of '{record.Name}' is not 1 to {MaxServiceLabel} letters, digits and hyphens.";
            }

            if (service.Protocol is not ("tcp" or "udp"))
                return $"The service '{service.Service}' of '{record.Name}' has the protocol '{service.Protocol}'; it must be tcp or udp.";
            if (service.Port == 0)
                return $"The service '{service.Service}' of '{record.Name}' has port 0; it must be 1 to 65535.";
        }

        return null;
    }

    /// <summary>Throws for the first record that is not <paramref name="owner"/>'s, not valid, or there twice.</summary>
    internal static void RequireValidSet(string owner, IReadOnlyCollection<NameRecord> records)
    {
        RequireOwner(owner);
        var names = new HashSet<string>(records.Count, StringComparer.Ordinal);
        foreach (var record in records)
        {
            Require(owner, record);
            if (!names.Add(record.Name))
                throw new ArgumentException($"The name '{record.Name}' of owner '{owner}' is set twice.", nameof(records));
        }
    }

    internal static void RequireValidChanges(string owner, IReadOnlyCollection<RecordChange> changes)
    {
        RequireOwner(owner);
        foreach (var change in changes)
        {
            if (change.Key.Owner != owner)
                throw new ArgumentException($"'{change.Key.Name}' belongs to '{change.Key.Owner}', not to '{owner}'.", nameof(changes));
            if (change.Record is not { } record)
                continue;
            if (record.Key != change.Key)
                throw new ArgumentException($"A change of '{change.Key.Name}' carries the record of '{record.Name}'.", nameof(changes));
            Require(owner, record);
        }
    }

    internal static void RequireOwner(string owner)
    {
        if (NameRules.CheckOwner(owner) is { } problem)
            throw new ArgumentException($"The owner '{owner}' {problem}.", nameof(owner));
    }

    private static void Require(string owner, NameRecord record)
    {
        if (record.Owner != owner)
            throw new ArgumentException($"'{record.Name}' belongs to '{record.Owner}', not to '{owner}'.", nameof(record));
        if (Check(record) is { } problem)
            throw new ArgumentException(problem, nameof(record));
    }
}
