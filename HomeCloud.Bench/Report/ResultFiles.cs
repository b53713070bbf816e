using HomeCloud.Bench.Measuring;

namespace HomeCloud.Bench.Report;

/// <summary>Writes what a run found: to the terminal, as text, as Markdown, as a chart, and into the page that shows it.</summary>
internal static class ResultFiles
{
    private static readonly PageSection Section = new("<!-- results: written by ./bench -->", "<!-- end of results -->");

    /// <param name="about">Machine, versions and rounds, in paragraphs.</param>
    public static void Write(BenchOptions options, BenchReport report, string chart, string about)
    {
        (string Title, Table Table)[] tables =
        [
            ("Medians of all rounds, ± half the distance between the quartiles", report.Main()),
            ("CPU per query, ours ÷ theirs, medians of paired rounds", report.Ratios()),
            ("CPU per query, each ÷ the echo, medians of paired rounds", report.EchoRatios()),
            ("Goals", report.Goals()),
        ];
        var doubts = string.Concat(report.Doubts().Select(doubt => $"Wrong or lost answers: {doubt}\n"));
        var text = string.Join("\n", tables.Select(table => $"{table.Title}\n\n{table.Table.ToText()}")) + doubts;
        var markdown = $"{about}\n\n" + string.Join("\n", tables.Select(table => $"**{table.Title}**\n\n{table.Table.ToMarkdown()}")) + (doubts.Length > 0 ? $"\n{doubts}" : "");
        Console.WriteLine();
        Console.WriteLine(text);

        Directory.CreateDirectory(options.Output);
        File.WriteAllText(Path.Combine(options.Output, "results.txt"), $"{about}\n\n{text}");
        File.WriteAllText(Path.Combine(options.Output, "results.md"), markdown);
        File.WriteAllText(Path.Combine(options.Output, "chart.svg"), chart);
        Console.WriteLine($"Written to {options.Output}: results.txt, results.md, chart.svg");
        if (options.Into is { } page)
            Insert(page, markdown, chart);
    }

    /// <summary>The chart lies beside the page, under its name.</summary>
    private static void Insert(string page, string markdown, string chart)
    {
        var picture = Path.ChangeExtension(page, ".svg");
        Section.Replace(page, $"{markdown}\n![Server CPU per query]({Path.GetFileName(picture)})\n");
        File.WriteAllText(picture, chart);
        Console.WriteLine($"Written to {page} and {picture}");
    }
}
