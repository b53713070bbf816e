namespace HomeCloud.Net.Addresses;

/// <summary>Link-layer addresses (MAC) in words.</summary>
public static class LinkLayerAddress
{
    /// <returns>Lower case with colons, as the kernel and Docker write them: <c>02:42:ac:11:00:02</c>.</returns>
    public static string Text(ReadOnlySpan<byte> octets)
    {
        const int Group = 2;
        var digits = Convert.ToHexStringLower(octets);
        return string.Join(':', digits.Chunk(Group).Select(pair => new string(pair)));
    }
}
