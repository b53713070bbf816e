using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Net.Presentation;

/// <summary>RDATA from its words in a master file: RFC 1035 §5.1, and what each type's own RFC says; <c>\# LENGTH HEX</c> for any type (RFC 3597 §5).</summary>
public ref struct RecordDataParser
{
    private const int MaxString = 255;

    private readonly ReadOnlySpan<TextToken> _tokens;
    private readonly byte[]? _origin;
    private readonly ArrayBufferWriter<byte> _data;
    private int _at;

    private RecordDataParser(ReadOnlySpan<TextToken> tokens, byte[]? origin, ArrayBufferWriter<byte> data)
    {
        _tokens = tokens;
        _origin = origin;
        _data = data;
    }

    /// <param name="type">Of the record.</param>
    /// <param name="tokens">What stands behind the type.</param>
    /// <param name="origin">Completes relative names; null: there is none yet.</param>
    /// <param name="data">Receives RDATA.</param>
    /// <param name="at">The word that is wrong; the number of words when one is missing.</param>
    /// <returns>What is wrong, or null.</returns>
    public static Phrase? TryParse(RecordType type, ReadOnlySpan<TextToken> tokens, byte[]? origin, ArrayBufferWriter<byte> data, out int at)
    {
        data.ResetWrittenCount();
        var parser = new RecordDataParser(tokens, origin, data);
        var problem = parser.Parse(type);
        at = parser._at;
        return problem;
    }

    private Phrase? Parse(RecordType type)
    {
        if (_tokens is [{ Raw: "\\#", IsQuoted: false }, ..])
            return ReadGeneric(type);
        if (RecordGrammar.FieldsOf(type) is not { } fields)
            return $"{RecordGrammar.TypeText(type)} has no text form here: write its data as \\# LENGTH HEX (RFC 3597)";
        foreach (var field in fields)
        {
            if (ReadField(type, field) is { } problem)
                return problem;
        }

        if (_at < _tokens.Length)
            return $"'{Shown}' is more than {RecordGrammar.TypeText(type)} has";
        return _data.WrittenCount > ushort.MaxValue ? "the record is longer than 65535 octets" : null;
    }

    private Phrase? ReadField(RecordType type, char field)
    {
        if (_at == _tokens.Length && field is not 'p')
            return $"{RecordGrammar.TypeText(type)} is not complete: {What(field)} is missing";
        return field switch
        {
            '1' or '2' or '4' => ReadNumber(field - '0'),
            'T' => ReadTime(),
            'a' => ReadAddress(AddressFamily.InterNetwork),
            '6' => ReadAddress(AddressFamily.InterNetworkV6),
            'n' => ReadName(),
            's' => ReadString(),
            't' => ReadStrings(),
            'g' => ReadTag(),
            'v' => ReadValue(),
            'h' => ReadHex(),
            'b' => ReadBase64(),
            _ => ServiceParameters.Read(_tokens, ref _at, _data),
        };
    }

    private readonly string Shown => _tokens[_at].Raw.Length <= 64 ? _tokens[_at].Raw : _tokens[_at].Raw[..64] + "…";

    private static Phrase What(char field) => field switch
    {
        '1' or '2' or '4' => "a number",
        'T' => "a time in seconds",
        'a' or '6' => "an address",
        'n' => "a name",
        'h' => "hexadecimal data",
        'b' => "data in base 64",
        _ => "a string",
    };

    private Phrase? ReadNumber(int octets)
    {
        var most = (1UL << (8 * octets)) - 1;
        if (!ulong.TryParse(_tokens[_at].Raw, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > most)
            return $"'{Shown}' is not a number from 0 to {most}";
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(value, number);
        return Take(value[^octets..]);
    }

    private Phrase? ReadTime()
    {
        if (!TokenText.TryReadSeconds(_tokens[_at].Raw, out var seconds))
            return $"'{Shown}' is not a time: write seconds, or units as in 1h30m";
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, seconds);
        return Take(value);
    }

    private Phrase? ReadAddress(AddressFamily family) => TokenText.TryReadAddress(_tokens[_at].Raw, family, out var octets)
        ? Take(octets)
        : $"'{Shown}' is not an {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address";

    private Phrase? ReadName()
    {
        Span<byte> wire = stackalloc byte[DnsName.MaxLength];
        if (_tokens[_at].IsQuoted)
            return $"'{Shown}' is in quotes: a name has none";
        return TokenText.ReadName(_tokens[_at].Raw, _origin, wire, out var length) is { } problem ? $"'{Shown}' {problem}" : Take(wire[..length]);
    }

    private Phrase? ReadString()
    {
        var start = _data.WrittenCount;
        _data.GetSpan(1)[0] = 0;
        _data.Advance(1);
        if (!TokenText.TryUnescape(_tokens[_at].Raw, _data))
            return $"'{Shown}' has an escape that is none: write \\DDD with three digits up to 255, or \\ and a character";
        var length = _data.WrittenCount - start - 1;
        if (length > MaxString)
            return $"a string has at most {MaxString} octets, and this one {length}: split it into several in quotes";
        Written(_data)[start] = (byte)length;
        _at++;
        return null;
    }

    private Phrase? ReadStrings()
    {
        while (_at < _tokens.Length)
        {
            if (ReadString() is { } problem)
                return problem;
        }

        return null;
    }

    private Phrase? ReadTag()
    {
        var tag = _tokens[_at].Raw;
        if (tag.Length is 0 or > MaxString || !tag.All(char.IsAsciiLetterOrDigit))
            return $"'{Shown}' is not a tag of letters and digits, such as issue";
        return ReadString();
    }

    private Phrase? ReadValue()
    {
        if (!TokenText.TryUnescape(_tokens[_at].Raw, _data))
            return $"'{Shown}' has an escape that is none: write \\DDD with three digits up to 255, or \\ and a character";
        _at++;
        return null;
    }

    private Phrase? ReadHex()
    {
        var first = _at;
        var text = Rest();
        if (text.Length == 0 || text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit))
        {
            _at = first;
            return $"'{Shown}' is not hexadecimal: it has two digits for each octet";
        }

        _data.Write(Convert.FromHexString(text));
        return null;
    }

    private Phrase? ReadBase64()
    {
        var first = _at;
        var text = Rest();
        var octets = new byte[text.Length];
        if (text.Length == 0 || !Convert.TryFromBase64String(text, octets, out var length))
        {
            _at = first;
            return $"'{Shown}' is not base 64";
        }

        _data.Write(octets.AsSpan(0, length));
        return null;
    }

    private Phrase? ReadGeneric(RecordType type)
    {
        _at = 1;
        if (_tokens.Length < 2 || !ushort.TryParse(_tokens[1].Raw, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            return "\\# is not followed by the number of octets, from 0 to 65535";
        _at = 2;
        var text = Rest();
        if (text.Length != 2 * length || !text.All(char.IsAsciiHexDigit))
        {
            _at = 1;
            return $"\\# announces {length} octets, and {text.Length / 2.0:0.#} follow in hexadecimal";
        }

        _data.Write(Convert.FromHexString(text));
        if (RecordGrammar.FieldsOf(type) is null || RecordDataText.IsValid(type, _data.WrittenSpan))
            return null;
        _at = 0;
        return $"these octets are no {RecordGrammar.TypeText(type)} record";
    }

    private string Rest()
    {
        var words = new string[_tokens.Length - _at];
        for (var i = 0; i < words.Length; i++)
            words[i] = _tokens[_at + i].Raw;
        _at = _tokens.Length;
        return string.Concat(words);
    }

    private Phrase? Take(scoped ReadOnlySpan<byte> octets)
    {
        _data.Write(octets);
        _at++;
        return null;
    }

    private static Span<byte> Written(ArrayBufferWriter<byte> data) =>
        MemoryMarshal.AsMemory(data.WrittenMemory).Span;
}
