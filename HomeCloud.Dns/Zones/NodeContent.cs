namespace HomeCloud.Dns.Zones;

/// <summary>What a name means, on its way into a table, which copies it.</summary>
/// <param name="RecordSets">As <see cref="RecordSetBuilder"/> packs them.</param>
/// <param name="Explanation">Why there is no address, as <see cref="NodeExplanation.Pack"/> makes it, or empty.</param>
/// <param name="Kind">What sort of name it is.</param>
public readonly record struct NodeContent(ReadOnlyMemory<byte> RecordSets, ReadOnlyMemory<byte> Explanation, NodeKind Kind);
