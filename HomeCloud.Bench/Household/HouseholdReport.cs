using HomeCloud.Bench.Lean;
using HomeCloud.Bench.Report;

namespace HomeCloud.Bench.Household;

/// <summary>The table of a run, and where it is written.</summary>
internal static class HouseholdReport
{
    private static readonly PageSection Section = new("<!-- household: written by ./bench household -->", "<!-- end of household -->");

    public static void Write(HouseholdRun run, string about, string? into)
    {
        var table = LeanReport.Targets(run.Figures);
        Console.WriteLine();
        Console.WriteLine(table.ToText());
        foreach (var note in run.Notes)
            Console.WriteLine(note);
        if (into is not { } page)
            return;
        Section.Replace(page, $"{about}\n\n{table.ToMarkdown()}\n{string.Join("\n\n", run.Notes)}\n");
        Console.WriteLine($"Written to {page}");
    }
}
