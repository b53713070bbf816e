namespace HomeCloud.Dns.Zones;

public enum NodeKind : byte
{
    /// <summary>Exists only because names below it do (RFC 8020, RFC 4592 §2.2.2): NODATA for every type.</summary>
    EmptyNonTerminal,

    /// <summary>A name with content of its own, possibly without any address.</summary>
    Name,

    /// <summary>Built in: answers with the address of this server that the query came to.</summary>
    ServerAddress,

    /// <summary>Built in: like <see cref="ServerAddress"/>, and TXT tells the asker about itself and about this server.</summary>
    Check,
}
