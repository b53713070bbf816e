using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>Words for Extended DNS Errors of negative answers: why there is no address, or which name was perhaps meant.</summary>
internal sealed class NegativeExplanation(bool suggestions, TimeProvider time)
{
    public const int MaxLength = 240;

    // Looking for neighbours costs some microseconds: a hundred a second are enough for people and harmless in a flood.
    private const long SuggestionInterval = 10;

    private long _nextSuggestion;

    /// <returns>Octets of text; 0 when there is nothing to say.</returns>
    public int WhyNoData(Span<byte> text, ZoneNode node, RecordType type) =>
        node.Explanation is { IsEmpty: false } why && type is RecordType.A or RecordType.Aaaa or RecordType.Https or RecordType.Svcb or RecordType.Srv
            ? why.Write(text, time.GetUtcNow().ToUnixTimeSeconds())
            : 0;

    /// <inheritdoc cref="WhyNoData"/>
    public int Suggest(Span<byte> text, ReadOnlySpan<byte> relative, Zone zone, long nowMilliseconds)
    {
        if (!suggestions || zone.IsReverse || nowMilliseconds < _nextSuggestion)
            return 0;
        _nextSuggestion = nowMilliseconds + SuggestionInterval;

        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        if (!NameSuggestion.TryFind(zone.Names, relative, name, out var length) || length + zone.Origin.Length > name.Length)
            return 0;
        zone.Origin.CopyTo(name[length..]);
        return Write(text, name[..(length + zone.Origin.Length)]);
    }

    // Registry names are letters, digits and hyphens; a name with anything else is not suggested, rather than escaped.
    private static int Write(Span<byte> text, ReadOnlySpan<byte> name)
    {
        var intro = "did you mean "u8;
        intro.CopyTo(text);
        var position = intro.Length;
        while (name[0] != 0)
        {
            var label = DnsName.FirstLabel(name);
            if (position + label.Length + 2 > text.Length || label.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
                return 0;
            label.CopyTo(text[position..]);
            position += label.Length;
            text[position++] = (byte)'.';
            name = DnsName.Parent(name);
        }

        text[position - 1] = (byte)'?';
        return position;
    }
}
