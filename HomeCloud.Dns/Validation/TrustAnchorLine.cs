using System.Buffers;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>One line of a file of trust anchors: <c>NAME [TTL] [IN] DS|DNSKEY DATA</c>, a comment behind <c>;</c>.</summary>
internal static class TrustAnchorLine
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <param name="zone">Folded; null when the line is empty.</param>
    /// <param name="signer">Of a DS record.</param>
    /// <param name="key">Of a DNSKEY record.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Read(string line, out byte[]? zone, out DelegationSigner? signer, out ZoneKey? key)
    {
        (zone, signer, key) = (null, null, null);
        var words = line.Split(';')[0].Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return null;
        var at = 1;
        while (at < words.Length && (words[at].Equals("IN", StringComparison.OrdinalIgnoreCase) || TokenText.TryReadSeconds(words[at], out _)))
            at++;
        if (at >= words.Length || !RecordGrammar.TryParseType(words[at], out var type) || type is not (RecordType.Ds or RecordType.Dnskey))
            return "write NAME DS TAG ALGORITHM DIGEST-TYPE DIGEST, or NAME DNSKEY FLAGS 3 ALGORITHM KEY";
        if (DnsName.ParseFolded(words[0]) is not { } name)
            return $"'{words[0]}' is not a name";
        var data = new ArrayBufferWriter<byte>();
        TextToken[] tokens = [.. words.Skip(at + 1).Select(word => new TextToken(word, false, 1, 1))];
        if (RecordDataParser.TryParse(type, tokens, [0], data, out _) is { } problem)
            return $"{problem}";
        if (type == RecordType.Ds)
            signer = DelegationSigner.Read(data.WrittenSpan.ToArray());
        else
            key = ZoneKey.Read(data.WrittenSpan.ToArray());
        if (signer is not { IsSupported: true } && key is not { SignsZone: true })
            return "its algorithm or digest is not known here, or it is no key of a zone";
        if (key is not null && !SignatureAlgorithm.IsSupported(key.Algorithm))
            return $"algorithm {key.Algorithm} is not known here";
        zone = name;
        return null;
    }
}
