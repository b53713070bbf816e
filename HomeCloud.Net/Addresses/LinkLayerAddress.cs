namespace HomeCloud.Net.Addresses;

/// <summary>Link-layer addresses (MAC) in words.</summary>
public static class LinkLayerAddress
{
    private const int EthernetSize = 6;

    /// <returns>Lower case with colons, as the kernel and Docker write them: <c>02:42:ac:11:00:02</c>.</returns>
    public static string Text(ReadOnlySpan<byte> octets)
    {
        const int Group = 2;
        var digits = Convert.ToHexStringLower(octets);
        return string.Join(':', digits.Chunk(Group).Select(pair => new string(pair)));
    }

    /// <returns>Six octets; null for anything that is not Ethernet's six pairs with colons.</returns>
    public static byte[]? Octets(string text)
    {
        var pairs = text.Split(':');
        if (pairs.Length != EthernetSize || !pairs.All(pair => pair.Length == 2 && pair.All(char.IsAsciiHexDigit)))
            return null;
        return Convert.FromHexString(string.Concat(pairs));
    }
}
