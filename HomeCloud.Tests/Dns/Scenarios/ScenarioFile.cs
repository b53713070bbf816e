using System.Runtime.CompilerServices;

namespace HomeCloud.Tests.Dns.Scenarios;

/// <summary>
/// Reads scenario files: what upstreams are scripted to do, then questions and what must come of them. One word or more
/// a line, indented lines belong to the line above, '#' begins a comment.
/// </summary>
internal static class ScenarioFile
{
    /// <summary>All files of a folder beside this one, by name without extension.</summary>
    public static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Here(), folder), "*.scenario").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal);

    public static List<ScenarioLine> Read(string folder, string name)
    {
        var lines = new List<ScenarioLine>();
        var number = 0;
        foreach (var raw in File.ReadLines(Path.Combine(Here(), folder, name + ".scenario")))
        {
            number++;
            var text = raw.TrimEnd();
            if (text.Length == 0 || text.TrimStart().StartsWith('#'))
                continue;
            var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (char.IsWhiteSpace(text[0]))
                lines[^1].Children.Add(new ScenarioLine(number, words));
            else
                lines.Add(new ScenarioLine(number, words));
        }

        return lines;
    }

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
