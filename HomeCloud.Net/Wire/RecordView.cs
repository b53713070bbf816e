namespace HomeCloud.Net.Wire;

/// <summary>Where one resource record lies in a message, RFC 1035 §4.1.3. Offsets count from the start of the message.</summary>
/// <param name="NameOffset">Start of the owner name, possibly compressed.</param>
/// <param name="Type">TYPE.</param>
/// <param name="Class">CLASS; for OPT, the sender's UDP size.</param>
/// <param name="Ttl">TTL as written; for OPT, extended RCODE, version and flags.</param>
/// <param name="TtlOffset">Start of the TTL's four octets.</param>
/// <param name="DataOffset">Start of RDATA.</param>
/// <param name="DataLength">RDLENGTH; the octets are inside the message.</param>
public readonly record struct RecordView(
    int NameOffset,
    RecordType Type,
    RecordClass Class,
    uint Ttl,
    int TtlOffset,
    int DataOffset,
    int DataLength)
{
    /// <summary>First octet after the record.</summary>
    public int End => DataOffset + DataLength;
}
