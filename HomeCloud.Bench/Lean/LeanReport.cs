using System.Globalization;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Report;

namespace HomeCloud.Bench.Lean;

/// <summary>The tables of a run, and where they are written.</summary>
internal static class LeanReport
{
    private static readonly PageSection Section = new("<!-- lean: written by ./bench lean -->", "<!-- end of lean -->");

    public static void Write(LeanRun run, string about, string? into)
    {
        var (targets, peers) = (Targets(run.Figures), Peers(run.Peers));
        Console.WriteLine();
        Console.WriteLine($"{targets.ToText()}\n{peers.ToText()}");
        if (into is not { } page)
            return;
        Section.Replace(page, $"{about}\n\n{targets.ToMarkdown()}\n**At rest, beside others**\n\n{peers.ToMarkdown()}");
        Console.WriteLine($"Written to {page}");
    }

    public static Table Targets(IEnumerable<LeanFigure> figures)
    {
        var table = new Table("", "this build", "beside", "result", "target", "");
        foreach (var figure in figures)
            table.Add(figure.Title, figure.OursText, figure.TheirsText, figure.ResultText, figure.LimitText, figure.Verdict);
        return table;
    }

    private static Table Peers(IEnumerable<PeerFigure> peers)
    {
        var table = new Table("", "what for", "memory (PSS), MB", "CPU, ms a second", "wake-ups a second");
        foreach (var peer in peers)
            table.Add(peer.Name, peer.Job, Median(peer.Memory), Median(peer.Cpu), Median(peer.WakeUps));
        return table;
    }

    private static string Median(List<double> values) => Spread.Of(values).Median.ToString("0.0#", CultureInfo.InvariantCulture);
}
