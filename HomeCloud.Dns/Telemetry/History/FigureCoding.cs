using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Registry.Figures;

namespace HomeCloud.Dns.Telemetry.History;

/// <summary>Figures as a file: each table after the other.</summary>
internal static class FigureCoding
{
    public const int LargestFile = 1 << 20;
    private const long LastSecond = 253_402_300_799;

    private static ReadOnlySpan<byte> Head => "homecloud-figures 1\n"u8;

    public static byte[] Write(FigureBook book)
    {
        var numbers = new SealedNumbers(Head);
        foreach (var table in book.Tables)
        {
            numbers.Write(table.Step);
            numbers.Write(table.Steps.Count);
            foreach (var step in table.Steps)
            {
                // Clocks before 1970 are not kept.
                numbers.Write(step.Start);
                numbers.Write(step.Seconds);
                foreach (var count in step.Counts)
                    numbers.Write(count);
            }
        }

        return numbers.Seal();
    }

    /// <exception cref="InvalidDataException">It is not what <see cref="Write(FigureBook)"/> wrote; the message says why.</exception>
    public static FigureBook Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > LargestFile)
            throw new InvalidDataException($"it has {file.Length} octets");
        var rest = new SealedNumbersReader(file, Head);
        var book = new FigureBook();
        foreach (var table in book.Tables)
        {
            if (rest.Take(int.MaxValue) != table.Step)
                throw new InvalidDataException("a step has another length");
            var count = rest.Take(table.Capacity);
            var before = -1L;
            for (var i = 0; i < count; i++)
            {
                var step = new FigureStep(rest.Take(LastSecond));
                if (step.Start <= before || step.Start % table.Step != 0)
                    throw new InvalidDataException("a step is out of order");
                before = step.Start;
                var seconds = (int)rest.Take(int.MaxValue);
                var counts = new long[DnsCounts.Length];
                for (var j = 0; j < counts.Length; j++)
                    counts[j] = rest.Take(int.MaxValue);
                step.Add(seconds, counts);
                table.Append(step);
            }
        }

        return rest.IsAtEnd ? book : throw new InvalidDataException("something follows its end");
    }
}
