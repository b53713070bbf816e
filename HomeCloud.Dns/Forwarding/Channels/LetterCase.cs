using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>Random letter case (draft-vixie-dnsext-dns0x20): each letter is one bit more that a forger must guess.</summary>
internal static class LetterCase
{
    public static void Mix(Span<byte> foldedName)
    {
        Span<byte> random = stackalloc byte[32];
        RandomOctets.Fill(random);
        for (var i = 0; i < foldedName.Length; i++)
        {
            var isLetter = (uint)(foldedName[i] - 'a') <= 'z' - 'a';
            if (isLetter && (random[i >> 3] & (1 << (i & 7))) != 0) foldedName[i] &= 0xDF;
        }
    }
}
