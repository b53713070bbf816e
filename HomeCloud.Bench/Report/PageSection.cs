namespace HomeCloud.Bench.Report;

/// <summary>Part of a page that a program writes: what stands between two marks. The rest keeps its words.</summary>
/// <param name="Begin">A line of its own, which stays.</param>
/// <param name="End">The same, below.</param>
internal sealed record PageSection(string Begin, string End)
{
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
