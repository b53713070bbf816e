namespace HomeCloud.Bench.Report;

/// <summary>Part of a page that a program writes: what stands between two marks. The rest keeps its words.</summary>
/// <param name="Begin">A line of its own, which stays.</param>
/// <param name="End">The same, below.</param>
internal sealed record PageSection(string Begin, string End)
{
    /// <summary>Prints the table of a run, and puts it into a page.</summary>
    /// <param name="table">All figures.</param>
    /// <param name="notes">What a reader must know of them, a line each.</param>
    /// <param name="about">The machine and the programs.</param>
    /// <param name="page">Path of the page; null to print only.</param>
    public void Publish(Table table, IReadOnlyCollection<string> notes, string about, string? page)
    {
        Console.WriteLine();
        Console.WriteLine(table.ToText());
        foreach (var note in notes)
            Console.WriteLine(note);
        if (page is null)
            return;
        Replace(page, $"{about}\n\n{table.ToMarkdown()}\n{string.Join("\n\n", notes)}\n");
        Console.WriteLine($"Written to {page}");
    }

    /// <param name="page">Path of the page.</param>
    /// <param name="content">Takes the place of what stands there.</param>
    /// <exception cref="InvalidDataException">The page does not have the marks; it is as it was.</exception>
    public void Replace(string page, string content)
    {
        var text = File.ReadAllText(page);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new InvalidDataException($"{page} has no '{Begin}' … '{End}' lines to write the results between");
        File.WriteAllText(page, $"{text[..(begin + Begin.Length)]}\n{content}{text[end..]}");
    }
}
