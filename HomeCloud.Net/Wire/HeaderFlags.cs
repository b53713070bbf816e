namespace HomeCloud.Net.Wire;

/// <summary>The second 16 bits of the header, RFC 1035 §4.1.1 with AD and CD of RFC 4035 §3.1.6 and §3.2.2.</summary>
[Flags]
public enum HeaderFlags : ushort
{
    None = 0,
    Response = 0x8000,
    OpcodeMask = 0x7800,
    Authoritative = 0x0400,
    Truncated = 0x0200,
    RecursionDesired = 0x0100,
    RecursionAvailable = 0x0080,
    Reserved = 0x0040,
    AuthenticData = 0x0020,
    CheckingDisabled = 0x0010,
    ResponseCodeMask = 0x000F,
}

/// <summary>The OPCODE field of the header, 4 bits.</summary>
public enum Opcode : byte
{
    Query = 0,
    InverseQuery = 1,
    Status = 2,
    Notify = 4,
    Update = 5,

    /// <summary>DNS stateful operations, RFC 8490.</summary>
    Stateful = 6,
}
