using System.Globalization;
using System.Text;
using HomeCloud.Bench.Measuring;
using HomeCloud.Bench.Systems;

namespace HomeCloud.Bench.Report;

/// <summary>Server CPU per query as horizontal bars, a panel a measure, in SVG that looks the same in light and dark.</summary>
internal static class Chart
{
    private const int Columns = 2;
    private const int PanelWidth = 430;
    private const int Margin = 24;
    private const int Label = 118;
    private const int Value = 74;
    private const int BarHeight = 19;
    private const int Top = 66;
    private const int PanelHead = 26;
    private const int Gap = 26;

    private static readonly (string Measure, string Title)[] Panels =
    [
        ("a", "A hit, saturated"), ("mix", "65 % A, 10 % NXDOMAIN, 25 % NODATA"), ("edns", "A hit with EDNS"), ("a-100k", "A hit among 100,000 names"),
        ("rate20k", "A hit at 20,000 queries per second"), ("forward", "cached forward, saturated"), ("tcp1", "TCP, one query at a time"), ("tcp16", "TCP, 16 pipelined"),
    ];

    public static string Draw(BenchResults results, IReadOnlyList<string> systems)
    {
        var panels = Panels
            .Select(panel => (panel.Title, Bars: Bars(results, systems, panel.Measure)))
            .Where(panel => panel.Bars.Count > 0)
            .ToList();
        var body = new StringBuilder();
        var y = Top;
        foreach (var row in panels.Chunk(Columns))
        {
            for (var column = 0; column < row.Length; column++)
                Panel(body, Margin + (column * (PanelWidth + Margin)), y, row[column].Title, row[column].Bars);
            y += PanelHead + (row.Max(panel => panel.Bars.Count) * BarHeight) + Gap;
        }

        var width = Margin + (Columns * (PanelWidth + Margin));
        return $$"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{{width}}" height="{{y}}" viewBox="0 0 {{width}} {{y}}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12">
            <style>.t{font-size:17px;font-weight:600;fill:#1d2733}.s{fill:#5d6b7a}.g{font-size:13px;font-weight:600;fill:#1d2733}.n{text-anchor:end;fill:#3b4754}.b{font-weight:600}.v{fill:#3b4754}.us{fill:#12805c}.echo{fill:#c3cad2}.peer{fill:#7c9cc4}</style>
            <rect width="100%" height="100%" rx="8" fill="#fff"/>
            {{Text(Margin, 30, "Server CPU per query", "t")}}{{Text(Margin, 48, "in microseconds, medians: shorter is better. Grey is a bare echo: what the kernel alone costs. Green is HomeCloud.", "s")}}{{body}}</svg>

            """;
    }

    private static List<(string System, double Cpu)> Bars(BenchResults results, IReadOnlyList<string> systems, string measure) =>
    [
        .. systems
            .Select(system => (System: system, Cpu: results.Of(system, measure, sample => sample.CpuPerQuery)))
            .Where(bar => bar.Cpu is not null)
            .Select(bar => (bar.System, bar.Cpu!.Value.Median))
            .OrderBy(bar => bar.Median),
    ];

    private static void Panel(StringBuilder body, int x, int y, string title, List<(string System, double Cpu)> bars)
    {
        body.Append(Text(x, y + 10, title, "g"));
        y += PanelHead;
        var most = bars.Max(bar => bar.Cpu);
        foreach (var (system, cpu) in bars)
        {
            var length = Math.Max(1, cpu / most * (PanelWidth - Label - Value));
            var emphasis = system == HomeCloudSystem.SystemName ? " b" : "";
            body.Append(Text(x + Label - 8, y + 11, system, "n" + emphasis));
            body.Append(string.Create(CultureInfo.InvariantCulture, $"<rect x=\"{x + Label}\" y=\"{y}\" width=\"{length:0.0}\" height=\"{BarHeight - 5}\" rx=\"2\" class=\"{ClassOf(system)}\"/>\n"));
            body.Append(Text(x + Label + length + 6, y + 11, cpu.ToString(cpu < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture), "v" + emphasis));
            y += BarHeight;
        }
    }

    private static string ClassOf(string system) => system switch { EchoSystem.SystemName => "echo", _ when system.StartsWith(HomeCloudSystem.SystemName, StringComparison.Ordinal) => "us", _ => "peer" };

    private static string Text(double x, double y, string text, string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"<text x=\"{x:0.0}\" y=\"{y:0}\" class=\"{kind}\">{text}</text>\n");
}
