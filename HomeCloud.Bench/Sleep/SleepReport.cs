using HomeCloud.Bench.Report;

namespace HomeCloud.Bench.Sleep;

/// <summary>The table of a run, and where it is written.</summary>
internal static class SleepReport
{
    private const string Begin = "<!-- sleep: written by ./bench sleep -->";
    private const string End = "<!-- end of sleep -->";

    public static void Write(SleepRun run, string about, string? into)
    {
        var table = new Table("", "median", "p99", "beside", "more", "target", "");
        foreach (var figure in run.Figures)
            table.Add(figure.Title, figure.OursText, figure.WorstText, figure.BesideText, figure.DifferenceText, figure.LimitText, figure.Verdict);
        Console.WriteLine();
        Console.WriteLine(table.ToText());
        foreach (var note in run.Notes)
            Console.WriteLine(note);
        if (into is not { } page)
            return;
        var text = File.ReadAllText(page);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidDataException($"{page} has no '{Begin}' … '{End}' lines to write the results between");
        File.WriteAllText(page, $"{text[..(begin + Begin.Length)]}\n{about}\n\n{table.ToMarkdown()}\n{string.Join("\n\n", run.Notes)}\n{text[end..]}");
        Console.WriteLine($"Written to {page}");
    }
}
