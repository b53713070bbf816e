using HomeCloud.Bench.Lean;
using HomeCloud.Bench.Report;

namespace HomeCloud.Bench.Household;

/// <summary>The table of a run, and where it is written.</summary>
internal static class HouseholdReport
{
    private static readonly PageSection Section = new("<!-- household: written by ./bench household -->", "<!-- end of household -->");

    public static void Write(HouseholdRun run, string about, string? into) => Section.Publish(LeanReport.Targets(run.Figures), run.Notes, about, into);
}
