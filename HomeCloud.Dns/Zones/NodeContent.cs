namespace HomeCloud.Dns.Zones;

/// <summary>What a name means, on its way into a table, which copies it.</summary>
/// <param name="RecordSets">As <see cref="RecordSetBuilder"/> packs them.</param>
/// <param name="Explanation">Why there is no address, as <see cref="NodeExplanation.Pack"/> makes it, or empty.</param>
/// <param name="Kind">What sort of name it is.</param>
public readonly record struct NodeContent(ReadOnlyMemory<byte> RecordSets, ReadOnlyMemory<byte> Explanation, NodeKind Kind);

public enum NodeKind : byte
{
    /// <summary>Exists only because names below it do (RFC 8020, RFC 4592 §2.2.2): NODATA for every type.</summary>
    EmptyNonTerminal,

    /// <summary>A name with content of its own, possibly without any address.</summary>
    Name,

    /// <summary>As <see cref="Name"/>; its server sleeps, and a question for where it is wakes it.</summary>
    Sleeping,

    /// <summary>Built in: answers with the address of this server that the query came to.</summary>
    ServerAddress,

    /// <summary>Built in: like <see cref="ServerAddress"/>, and TXT tells the asker about itself and about this server.</summary>
    Check,
}
