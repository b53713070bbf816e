using System.Security.Cryptography;

namespace HomeCloud.Agent.Servers.Addresses;

public static class MacAddress
{
    /// <summary>A random unicast address from the locally administered range (IEEE 802 §8.4).</summary>
    public static string Create()
    {
        Span<byte> bytes = stackalloc byte[6];
        RandomNumberGenerator.Fill(bytes);
        bytes[0] = (byte)((bytes[0] & 0b1111_1100) | 0b0000_0010);
        return string.Join(':', bytes.ToArray().Select(b => b.ToString("x2")));
    }
}
