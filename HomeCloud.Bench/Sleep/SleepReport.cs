using HomeCloud.Bench.Report;

namespace HomeCloud.Bench.Sleep;

/// <summary>The table of a run, and where it is written.</summary>
internal static class SleepReport
{
    private static readonly PageSection Section = new("<!-- sleep: written by ./bench sleep -->", "<!-- end of sleep -->");

    public static void Write(SleepRun run, string about, string? into)
    {
        var table = new Table("", "median", "p99", "beside", "more", "target", "");
        foreach (var figure in run.Figures)
            table.Add(figure.Title, figure.OursText, figure.WorstText, figure.BesideText, figure.DifferenceText, figure.LimitText, figure.Verdict);
        Section.Publish(table, run.Notes, about, into);
    }
}
