using HomeCloud.Registry.Figures;

namespace HomeCloud.Agent.Servers.Figures;

/// <summary>The series of all servers as a file.</summary>
internal static class UsageCoding
{
    /// <summary>A thousand servers with a full week each have some 17 MB.</summary>
    public const int LargestFile = 32 << 20;
    private const int LongestName = 255;
    private const long LastSecond = uint.MaxValue;

    private static ReadOnlySpan<byte> Head => "homecloud-usage 1\n"u8;

    public static byte[] Write(IReadOnlyCollection<KeyValuePair<string, UsageSeries>> all)
    {
        var numbers = new SealedNumbers(Head);
        numbers.Write(all.Count);
        foreach (var (name, series) in all)
        {
            numbers.Write(name);
            foreach (var table in series.Tables)
            {
                numbers.Write(table.Step);
                numbers.Write(table.Steps.Count);
                var before = 0L;
                foreach (var step in table.Steps)
                {
                    numbers.Write((step.Start - before) / table.Step);
                    before = step.Start;
                    numbers.Write(step.Seconds);
                    foreach (var figure in (ReadOnlySpan<float>)[step.CpuSeconds, step.MebibyteSeconds, step.ReceivedKibibytes, step.SentKibibytes])
                        numbers.Write(BitConverter.SingleToUInt32Bits(Math.Max(0, figure)));
                }
            }
        }

        return numbers.Seal();
    }

    /// <exception cref="InvalidDataException">It is not what <see cref="Write"/> wrote; the message says why.</exception>
    public static Dictionary<string, UsageSeries> Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > LargestFile)
            throw new InvalidDataException($"it has {file.Length} octets");
        var rest = new SealedNumbersReader(file, Head);
        var all = new Dictionary<string, UsageSeries>(StringComparer.Ordinal);
        for (var left = rest.Take(UsageHistory.MostServers); left > 0; left--)
        {
            var series = new UsageSeries();
            if (!all.TryAdd(rest.TakeText(LongestName), series))
                throw new InvalidDataException("a server stands there twice");
            foreach (var table in series.Tables)
                Read(ref rest, table);
        }

        return rest.IsAtEnd ? all : throw new InvalidDataException("something follows its end");
    }

    private static void Read(ref SealedNumbersReader rest, UsageTable table)
    {
        if (rest.Take(int.MaxValue) != table.Step)
            throw new InvalidDataException("a step has another length");
        var at = 0L;
        var isFirst = true;
        for (var left = rest.Take(table.Capacity); left > 0; left--, isFirst = false)
        {
            var further = rest.Take(LastSecond / table.Step) * table.Step;
            at += further;
            if ((further == 0 && !isFirst) || at > LastSecond)
                throw new InvalidDataException("a step is out of order");
            table.Append(new UsageStep
            {
                Start = (uint)at,
                Seconds = (uint)rest.Take(uint.MaxValue),
                CpuSeconds = Figure(ref rest),
                MebibyteSeconds = Figure(ref rest),
                ReceivedKibibytes = Figure(ref rest),
                SentKibibytes = Figure(ref rest),
            });
        }
    }

    private static float Figure(ref SealedNumbersReader rest)
    {
        var figure = BitConverter.UInt32BitsToSingle((uint)rest.Take(uint.MaxValue));
        return float.IsFinite(figure) && figure >= 0 ? figure : throw new InvalidDataException("a figure is no number");
    }
}
