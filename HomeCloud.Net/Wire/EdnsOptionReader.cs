using System.Buffers.Binary;

namespace HomeCloud.Net.Wire;

/// <summary>Walks the options inside an OPT record's RDATA, RFC 6891 §6.1.2.</summary>
public ref struct EdnsOptionReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>True when the walk ended because the octets did, false when an option is cut off.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    public bool TryReadOption(out EdnsOptionCode code, out ReadOnlySpan<byte> value)
    {
        code = default;
        value = default;
        if (_rest.Length < 4)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        if (_rest.Length - 4 < length)
            return false;
        code = (EdnsOptionCode)BinaryPrimitives.ReadUInt16BigEndian(_rest);
        value = _rest.Slice(4, length);
        _rest = _rest[(4 + length)..];
        return true;
    }
}
