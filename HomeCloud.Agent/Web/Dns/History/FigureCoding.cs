using System.Security.Cryptography;

namespace HomeCloud.Agent.Web.Dns.History;

/// <summary>Figures as a file: a line with the version, then each table, numbers in groups of seven bits, then the SHA-256 of all that.</summary>
internal static class FigureCoding
{
    public const int LargestFile = 1 << 20;
    private const long LastSecond = 253_402_300_799;

    private static ReadOnlySpan<byte> Head => "homecloud-figures 1\n"u8;

    public static byte[] Write(FigureBook book)
    {
        using var stream = new MemoryStream();
        stream.Write(Head);
        foreach (var table in book.Tables)
        {
            Write(stream, table.Step);
            Write(stream, table.Steps.Count);
            foreach (var step in table.Steps)
            {
                Write(stream, step.Start);
                Write(stream, step.Seconds);
                foreach (var count in step.Counts)
                    Write(stream, count);
            }
        }

        stream.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">It is not what <see cref="Write(FigureBook)"/> wrote; the message says why.</exception>
    public static FigureBook Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > LargestFile)
            throw new InvalidDataException($"it has {file.Length} octets");
        if (!file.StartsWith(Head))
            throw new InvalidDataException("it does not begin as one of this version");
        if (file.Length < Head.Length + SHA256.HashSizeInBytes || !SHA256.HashData(file[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(file[^SHA256.HashSizeInBytes..]))
            throw new InvalidDataException("its checksum is wrong");

        var rest = file[Head.Length..^SHA256.HashSizeInBytes];
        var book = new FigureBook();
        foreach (var table in book.Tables)
        {
            if (Take(ref rest, int.MaxValue) != table.Step)
                throw new InvalidDataException("a step has another length");
            var count = Take(ref rest, table.Capacity);
            var before = -1L;
            for (var i = 0; i < count; i++)
            {
                var step = new FigureStep(Take(ref rest, LastSecond));
                if (step.Start <= before || step.Start % table.Step != 0)
                    throw new InvalidDataException("a step is out of order");
                before = step.Start;
                var seconds = (int)Take(ref rest, int.MaxValue);
                var counts = new long[DnsCounts.Length];
                for (var j = 0; j < counts.Length; j++)
                    counts[j] = Take(ref rest, int.MaxValue);
                step.Add(seconds, counts);
                table.Append(step);
            }
        }

        return rest.IsEmpty ? book : throw new InvalidDataException("something follows its end");
    }

    private static void Write(MemoryStream stream, long number)
    {
        // Clocks before 1970 are not kept.
        var left = (ulong)Math.Max(0, number);
        for (; left >= 0x80; left >>= 7)
            stream.WriteByte((byte)(left | 0x80));
        stream.WriteByte((byte)left);
    }

    private static long Take(ref ReadOnlySpan<byte> rest, long most)
    {
        var value = 0UL;
        for (var shift = 0; shift < 63 && !rest.IsEmpty; shift += 7)
        {
            var octet = rest[0];
            rest = rest[1..];
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
                return value <= (ulong)most ? (long)value : throw new InvalidDataException("a number is too large");
        }

        throw new InvalidDataException("it ends early");
    }
}
