using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace HomeCloud.Registry.Figures;

/// <summary>Writes a file of numbers: a line with kind and version, the numbers in groups of seven bits, and the SHA-256 of all that.</summary>
public sealed class SealedNumbers
{
    private readonly ArrayBufferWriter<byte> _octets = new();

    public SealedNumbers(ReadOnlySpan<byte> head) => _octets.Write(head);

    /// <param name="number">Below zero it is written as zero.</param>
    public void Write(long number)
    {
        var left = (ulong)Math.Max(0, number);
        for (; left >= 0x80; left >>= 7)
            Append((byte)(left | 0x80));
        Append((byte)left);
    }

    public void Write(string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        Write(octets.Length);
        _octets.Write(octets);
    }

    public byte[] Seal()
    {
        _octets.Write(SHA256.HashData(_octets.WrittenSpan));
        return _octets.WrittenSpan.ToArray();
    }

    private void Append(byte octet)
    {
        _octets.GetSpan(1)[0] = octet;
        _octets.Advance(1);
    }
}

/// <summary>Reads what <see cref="SealedNumbers"/> wrote.</summary>
public ref struct SealedNumbersReader
{
    private ReadOnlySpan<byte> _rest;

    /// <exception cref="InvalidDataException">The file has another kind or version, or is damaged.</exception>
    public SealedNumbersReader(ReadOnlySpan<byte> file, ReadOnlySpan<byte> head)
    {
        if (!file.StartsWith(head))
            throw new InvalidDataException("it does not begin as one of this version");
        if (file.Length < head.Length + SHA256.HashSizeInBytes || !SHA256.HashData(file[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(file[^SHA256.HashSizeInBytes..]))
            throw new InvalidDataException("its checksum is wrong");
        _rest = file[head.Length..^SHA256.HashSizeInBytes];
    }

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <exception cref="InvalidDataException">There is none, or it is above <paramref name="most"/>.</exception>
    public long Take(long most)
    {
        var value = 0UL;
        for (var shift = 0; shift < 63 && !_rest.IsEmpty; shift += 7)
        {
            var octet = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
                return value <= (ulong)most ? (long)value : throw new InvalidDataException("a number is too large");
        }

        throw new InvalidDataException("it ends early");
    }

    /// <exception cref="InvalidDataException">There is none, or it has more than <paramref name="most"/> octets.</exception>
    public string TakeText(int most)
    {
        var length = (int)Take(most);
        if (length > _rest.Length)
            throw new InvalidDataException("it ends early");
        var text = Encoding.UTF8.GetString(_rest[..length]);
        _rest = _rest[length..];
        return text;
    }
}
