using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>What the verified NSEC or NSEC3 records of one zone in an answer prove.</summary>
internal interface IDenial
{
    /// <summary>That a name does not exist, nor a wildcard that would stand for it.</summary>
    Proof NoName(ReadOnlySpan<byte> foldedName);

    /// <summary>That a name, or the wildcard that stands for it, has no records of a type.</summary>
    Proof NoData(ReadOnlySpan<byte> foldedName, RecordType type);

    /// <summary>That no name is closer to this one than the wildcard whose parent has so many labels.</summary>
    Proof NothingCloser(ReadOnlySpan<byte> foldedName, int labels);
}

internal enum Proof
{
    None,

    Proven,

    /// <summary>Proven, and the name is a delegation without DS.</summary>
    UnsignedDelegation,

    /// <summary>Names that are delegated unsigned are left out here (RFC 5155 §6): it may be one of them.</summary>
    OptOut,

    /// <summary>The zone wants more rounds of hashing than are done for anybody (RFC 9276 §3.2).</summary>
    TooManyIterations,
}
