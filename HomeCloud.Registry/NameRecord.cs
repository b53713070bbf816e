using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Registry;

/// <summary>
/// What one owner says about one name. Immutable; equality is by value, addresses and services included,
/// so that a reconciler can tell whether anything changed.
/// </summary>
public sealed record NameRecord
{
    public const int DefaultTtl = 10;

    /// <summary>Empty, in ordinal order: what <see cref="Attributes"/> starts from.</summary>
    public static ImmutableSortedDictionary<string, string> NoAttributes { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Owner name relative to the zone, folded to lower case, no trailing dot: <c>airplay</c>, <c>web.shop</c>, <c>*.airplay</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Who owns the record: an agent id, or <see cref="WellKnownOwners.Static"/>.</summary>
    public required string Owner { get; init; }

    /// <summary>LAN addresses, IPv4 and IPv6. Empty when the name exists but cannot be reached; <see cref="Explanation"/> then says why.</summary>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    /// <summary>When set, the name is an alias (CNAME) of this other relative name, and <see cref="Addresses"/> is empty.</summary>
    public string? AliasOf { get; init; }

    /// <summary>Services published as SRV below the name.</summary>
    public ImmutableArray<ServiceEndpoint> Services { get; init; } = [];

    public RecordState State { get; init; } = RecordState.Running;

    /// <summary>Since when <see cref="State"/> holds, in UTC with whole seconds.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Time to live of the DNS records, in seconds, 0 to 2,147,483,647 (RFC 2181 §8).</summary>
    public int Ttl { get; init; } = DefaultTtl;

    /// <summary>Whether PTR records of <see cref="Addresses"/> name this record. False for aliases, wildcards and names shared by several containers.</summary>
    public bool Reverse { get; init; } = true;

    /// <summary>Why the name has no address, in words for a person; becomes Extended DNS Error text (RFC 8914). <c>{ago}</c> in it is replaced, at each query, by the time since <see cref="Since"/>: <c>container airplay stopped {ago} (exit code 137)</c>. Null when it has one.</summary>
    public string? Explanation { get; init; }

    /// <summary>Descriptive facts for a person, published as TXT: see <see cref="RecordAttributes"/>.</summary>
    public ImmutableSortedDictionary<string, string> Attributes { get; init; } = NoAttributes;

    public RecordKey Key => new(Owner, Name);

    public bool Equals(NameRecord? other) =>
        other is not null
        && Name == other.Name
        && Owner == other.Owner
        && AliasOf == other.AliasOf
        && State == other.State
        && Since == other.Since
        && Ttl == other.Ttl
        && Reverse == other.Reverse
        && Explanation == other.Explanation
        && Addresses.AsSpan().SequenceEqual(other.Addresses.AsSpan())
        && Services.AsSpan().SequenceEqual(other.Services.AsSpan())
        && Attributes.Count == other.Attributes.Count
        && Attributes.SequenceEqual(other.Attributes);

    public override int GetHashCode() => HashCode.Combine(Name, Owner, State, Since, Addresses.Length);
}

/// <summary>Whether the machine behind a name is up. A stopped name still exists: DNS answers NODATA for it, with the reason.</summary>
public enum RecordState
{
    Running,
    Paused,

    /// <summary>It is started by the first caller. The name keeps its addresses.</summary>
    Asleep,
    Stopped,
}

/// <summary>A service that a name offers, published as SRV (RFC 2782) at <c>_service._protocol.name</c>.</summary>
/// <param name="Service">Service label without underscore, for instance <c>http</c>.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Priority">Lower is tried first.</param>
/// <param name="Weight">Share among equal priorities.</param>
public sealed record ServiceEndpoint(string Service, string Protocol, ushort Port, ushort Priority = 0, ushort Weight = 0);

/// <summary>Keys of <see cref="NameRecord.Attributes"/> that agents write and TXT answers show.</summary>
public static class RecordAttributes
{
    public const string ContainerId = "id";
    public const string Container = "container";
    public const string Image = "image";
    public const string Host = "host";
    public const string Network = "network";
    public const string ExitCode = "exit-code";
    public const string Refused = "refused";
    public const string Ports = "ports";

    /// <summary>What wakes an asleep name, where that is not every way: <c>name</c>, <c>packet</c> or <c>none</c>.</summary>
    public const string WakeOn = "wake-on";
}
