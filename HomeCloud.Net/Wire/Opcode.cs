namespace HomeCloud.Net.Wire;

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
