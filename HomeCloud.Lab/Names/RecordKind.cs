namespace HomeCloud.Lab.Names;

/// <summary>The record types the lab's own tools speak of (RFC 1035 §3.2.2, RFC 3596).</summary>
public enum RecordKind : ushort
{
    A = 1,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Txt = 16,
    Aaaa = 28,
    Opt = 41,
}
