using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HomeCloud.Net.Localization;

namespace HomeCloud.Net.Presentation;

/// <summary>Parameters of SVCB and HTTPS records, both ways: <c>alpn=h2,h3 port=8443</c> (RFC 9460 §2.1 and appendix A).</summary>
internal static class ServiceParameters
{
    private const ushort Mandatory = 0;
    private const ushort Alpn = 1;
    private const ushort NoDefaultAlpn = 2;
    private const ushort Port = 3;
    private const ushort Ipv4Hint = 4;
    private const ushort Ech = 5;
    private const ushort Ipv6Hint = 6;
    private const ushort Ohttp = 8;
    private const ushort Invalid = ushort.MaxValue;

    // The last two: RFC 9461 and RFC 9540.
    private static readonly string[] Keys = ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp"];

    /// <returns>What is wrong, or null.</returns>
    public static Phrase? Read(ReadOnlySpan<TextToken> tokens, ref int at, ArrayBufferWriter<byte> data)
    {
        var parameters = new SortedDictionary<ushort, byte[]>();
        for (; at < tokens.Length; at++)
        {
            var raw = tokens[at].Raw;
            var equals = raw.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? raw : raw[..equals];
            if (tokens[at].IsQuoted || !TryParseKey(name, out var key))
                return $"'{name}' is not a parameter: write KEY=VALUE, such as alpn=h2, or key65000=VALUE";
            if (parameters.ContainsKey(key))
                return $"{name} is there twice";
            if (ReadValue(key, equals < 0 ? null : Unquoted(raw[(equals + 1)..]), out var value) is { } problem)
                return $"{name} {problem}";
            parameters[key] = value;
        }

        if (WhatIsMissing(parameters) is { } missing)
            return missing;
        foreach (var (key, value) in parameters)
        {
            var header = data.GetSpan(4);
            BinaryPrimitives.WriteUInt16BigEndian(header, key);
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)value.Length);
            data.Advance(4);
            data.Write(value);
        }

        return null;
    }

    /// <returns>Whether they are valid.</returns>
    public static bool TryAppend(StringBuilder text, ReadOnlySpan<byte> data)
    {
        var last = -1;
        while (!data.IsEmpty)
        {
            if (data.Length < 4)
                return false;
            var key = BinaryPrimitives.ReadUInt16BigEndian(data);
            int length = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
            if (key <= last || length > data.Length - 4)
                return false;
            if (last >= 0)
                text.Append(' ');
            last = key;
            text.Append(KeyText(key));
            if (!TryAppendValue(text, key, data.Slice(4, length)))
                return false;
            data = data[(4 + length)..];
        }

        return true;
    }

    private static Phrase? ReadValue(ushort key, string? raw, out byte[] value)
    {
        value = [];
        if (key is NoDefaultAlpn or Ohttp)
            return raw is null ? null : "has no value";
        if (raw is null && key < Keys.Length)
            return "has no value: write one behind '='";
        var octets = new ArrayBufferWriter<byte>();
        if (!TokenText.TryUnescape(raw ?? "", octets))
            return "has an escape that is none";
        var text = Encoding.Latin1.GetString(octets.WrittenSpan);
        var problem = key switch
        {
            Mandatory => ReadMandatory(text, out value),
            Alpn => ReadProtocols(octets.WrittenSpan, out value),
            Port => ReadPort(text, out value),
            Ipv4Hint => ReadHints(text, AddressFamily.InterNetwork, out value),
            Ipv6Hint => ReadHints(text, AddressFamily.InterNetworkV6, out value),
            Ech => ReadEch(text, out value),
            _ => null,
        };
        if (problem is null && key is not (Mandatory or Alpn or Port or Ipv4Hint or Ipv6Hint or Ech))
            value = octets.WrittenSpan.ToArray();
        return problem ?? (value.Length > ushort.MaxValue ? "is too long" : null);
    }

    // §8: in the order of their numbers, none twice, and not mandatory itself.
    private static Phrase? ReadMandatory(string text, out byte[] value)
    {
        var keys = new SortedSet<ushort>();
        value = [];
        foreach (var name in text.Split(','))
        {
            if (!TryParseKey(name, out var key) || key == Mandatory || !keys.Add(key))
                return $"names '{name}', which is no other parameter, or there twice";
        }

        value = [.. keys.SelectMany(key => (byte[])[(byte)(key >> 8), (byte)key])];
        return null;
    }

    // Appendix A.1: a list at commas; a comma or backslash within an item has a backslash in front.
    private static Phrase? ReadProtocols(ReadOnlySpan<byte> list, out byte[] value)
    {
        var items = new List<List<byte>> { new() };
        value = [];
        for (var i = 0; i < list.Length; i++)
        {
            if (list[i] == ',')
                items.Add([]);
            else if (list[i] != '\\')
                items[^1].Add(list[i]);
            else if (++i < list.Length && list[i] is (byte)',' or (byte)'\\')
                items[^1].Add(list[i]);
            else
                return "has a backslash that stands before neither a comma nor a backslash";
        }

        if (items.Exists(item => item.Count is 0 or > 255))
            return "is not a list of protocols with commas between them, such as h2,h3";
        value = [.. items.SelectMany(item => (byte[])[(byte)item.Count, .. item])];
        return null;
    }

    private static Phrase? ReadPort(string text, out byte[] value)
    {
        var isPort = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        value = [(byte)(port >> 8), (byte)port];
        return isPort ? null : (Phrase)$"'{text}' is not a port from 0 to 65535";
    }

    private static Phrase? ReadHints(string text, AddressFamily family, out byte[] value)
    {
        var octets = new List<byte>();
        value = [];
        foreach (var address in text.Split(','))
        {
            if (!TokenText.TryReadAddress(address, family, out var one))
                return $"has '{address}', which is not an {(family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")} address";
            octets.AddRange(one);
        }

        value = [.. octets];
        return null;
    }

    private static Phrase? ReadEch(string text, out byte[] value)
    {
        value = new byte[text.Length];
        if (text.Length == 0 || !Convert.TryFromBase64String(text, value, out var length))
            return "is not base 64";
        value = value[..length];
        return null;
    }

    private static Phrase? WhatIsMissing(SortedDictionary<ushort, byte[]> parameters)
    {
        if (parameters.ContainsKey(NoDefaultAlpn) && !parameters.ContainsKey(Alpn))
            return "no-default-alpn needs alpn beside it";
        var mandatory = parameters.GetValueOrDefault(Mandatory) ?? [];
        for (var i = 0; i < mandatory.Length; i += 2)
        {
            var key = BinaryPrimitives.ReadUInt16BigEndian(mandatory.AsSpan(i));
            if (!parameters.ContainsKey(key))
                return $"mandatory names {KeyText(key)}, which is not there";
        }

        return null;
    }

    private static bool TryAppendValue(StringBuilder text, ushort key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case NoDefaultAlpn or Ohttp:
                return value.IsEmpty;
            case Mandatory:
                return TryAppendMandatory(text, value);
            case Alpn:
                return TryAppendProtocols(text, value);
            case Port:
                if (value.Length != 2)
                    return false;
                text.Append('=').Append(BinaryPrimitives.ReadUInt16BigEndian(value));
                return true;
            case Ipv4Hint or Ipv6Hint:
                return TryAppendHints(text, value, key == Ipv4Hint ? 4 : 16);
            case Ech:
                text.Append('=').Append(Convert.ToBase64String(value));
                return !value.IsEmpty;
            case Invalid:
                return false;
            default:
                text.Append('=');
                RecordDataText.AppendQuoted(text, value);
                return true;
        }
    }

    private static bool TryAppendMandatory(StringBuilder text, ReadOnlySpan<byte> value)
    {
        var last = 0;
        if (value.IsEmpty || value.Length % 2 != 0)
            return false;
        for (var i = 0; i < value.Length; i += 2)
        {
            var key = BinaryPrimitives.ReadUInt16BigEndian(value[i..]);
            if (key <= last || key == Invalid)
                return false;
            text.Append(i == 0 ? '=' : ',').Append(KeyText(key));
            last = key;
        }

        return true;
    }

    private static bool TryAppendProtocols(StringBuilder text, ReadOnlySpan<byte> value)
    {
        var list = new List<byte>();
        if (value.IsEmpty)
            return false;
        while (!value.IsEmpty)
        {
            if (value[0] == 0 || 1 + value[0] > value.Length)
                return false;
            if (list.Count > 0)
                list.Add((byte)',');
            foreach (var octet in value.Slice(1, value[0]))
            {
                if (octet is (byte)',' or (byte)'\\')
                    list.Add((byte)'\\');
                list.Add(octet);
            }

            value = value[(1 + value[0])..];
        }

        text.Append('=');
        RecordDataText.AppendQuoted(text, [.. list]);
        return true;
    }

    private static bool TryAppendHints(StringBuilder text, ReadOnlySpan<byte> value, int size)
    {
        if (value.IsEmpty || value.Length % size != 0)
            return false;
        for (var i = 0; i < value.Length; i += size)
            text.Append(i == 0 ? '=' : ',').Append(new IPAddress(value.Slice(i, size)));
        return true;
    }

    private static bool TryParseKey(string name, out ushort key)
    {
        var known = Array.IndexOf(Keys, name);
        key = (ushort)known;
        return known >= 0
            || (name.StartsWith("key", StringComparison.Ordinal) && name is not ['k', 'e', 'y', '0', _, ..]
                && ushort.TryParse(name.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out key) && key != Invalid);
    }

    private static string KeyText(ushort key) => key < Keys.Length ? Keys[key] : string.Create(CultureInfo.InvariantCulture, $"key{key}");

    private static string Unquoted(string value) => value is ['"', .., '"'] ? value[1..^1] : value;
}
