namespace HomeCloud.Dns.Zones;

/// <summary>What a name means, on its way into a table.</summary>
/// <param name="RecordSets">As <see cref="RecordSetBuilder"/> packs them; copied by the table.</param>
/// <param name="Explanation">Why there is no address, or null.</param>
/// <param name="Kind">What sort of name it is.</param>
public readonly record struct NodeContent(ReadOnlyMemory<byte> RecordSets, NodeExplanation? Explanation, NodeKind Kind);
