using System.Buffers.Binary;
using System.Text;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Inspection;

/// <summary>Extended DNS Errors (RFC 8914) as whole EDNS options, ready to stand in an OPT record.</summary>
internal static class ExtendedErrors
{
    /// <summary>What of an upstream's errors is handed on, in octets: several codes with a line of text each.</summary>
    private const int MaxLength = 400;

    private const int MaxTextLength = 160;

    public static byte[] Write(EdeCode code, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text.Length > MaxTextLength ? text[..MaxTextLength] : text);
        var option = new byte[6 + utf8.Length];
        BinaryPrimitives.WriteUInt16BigEndian(option, (ushort)EdnsOptionCode.ExtendedError);
        BinaryPrimitives.WriteUInt16BigEndian(option.AsSpan(2), (ushort)(2 + utf8.Length));
        BinaryPrimitives.WriteUInt16BigEndian(option.AsSpan(4), (ushort)code);
        utf8.CopyTo(option, 6);
        return option;
    }

    /// <summary>The extended errors among the options of an OPT record.</summary>
    public static byte[] Select(ReadOnlySpan<byte> optionData)
    {
        var reader = new EdnsOptionReader(optionData);
        var selected = Array.Empty<byte>();
        while (reader.TryReadOption(out var code, out var value))
        {
            if (code != EdnsOptionCode.ExtendedError || value.Length < 2 || selected.Length + 4 + value.Length > MaxLength)
                continue;
            var option = new byte[4 + value.Length];
            BinaryPrimitives.WriteUInt16BigEndian(option, (ushort)code);
            BinaryPrimitives.WriteUInt16BigEndian(option.AsSpan(2), (ushort)value.Length);
            value.CopyTo(option.AsSpan(4));
            selected = [.. selected, .. option];
        }

        return selected;
    }

    /// <summary>Whether a validating upstream says that the data failed validation: then no other upstream and no old answer may stand in (RFC 8914 §4.2–4.13).</summary>
    public static bool SayBogus(ReadOnlySpan<byte> options)
    {
        var reader = new EdnsOptionReader(options);
        while (reader.TryReadOption(out var code, out var value))
        {
            if (code == EdnsOptionCode.ExtendedError && value.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(value) is >= 5 and <= 12)
                return true;
        }

        return false;
    }
}
