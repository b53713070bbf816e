using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace HomeCloud.Tests.Dns.Scenarios.Authoritative;

/// <summary>
/// A scenario: names, then questions and the whole answers to them. README.md in this folder tells the format.
/// </summary>
internal sealed partial class AnswerScenario
{
    public required string Name { get; init; }

    public List<string[]> Setup { get; } = [];

    public List<AnswerStep> Steps { get; } = [];

    public static IEnumerable<string> All() =>
        Directory.EnumerateFiles(Folder(), "*.scenario").Select(Path.GetFileName).Order(StringComparer.Ordinal)!;

    public static AnswerScenario Read(string name)
    {
        var scenario = new AnswerScenario { Name = name };
        var number = 0;
        foreach (var line in File.ReadLines(Path.Combine(Folder(), name)))
        {
            number++;
            var words = Words(line);
            if (words.Length == 0)
                continue;
            if (words[0] is "?" or "hex")
                scenario.Steps.Add(new AnswerStep { Line = number, Question = words });
            else if (words[0] is "=" or "answer" or "authority" or "additional" or "opt" or "option")
                scenario.Steps[^1].Expected.Add(string.Join(' ', words));
            else if (scenario.Steps.Count == 0)
                scenario.Setup.Add(words);
            else
                scenario.Steps.Add(new AnswerStep { Line = number, Question = words });
        }

        return scenario;
    }

    // Words are separated by blanks; double quotes keep blanks and stay where they are part of an expectation.
    private static string[] Words(string line)
    {
        var hash = line.IndexOf(" #", StringComparison.Ordinal);
        if (line.StartsWith('#'))
            return [];
        return [.. Word().Matches(hash < 0 ? line : line[..hash]).Select(match => match.Value)];
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;

    [GeneratedRegex("""(?:[^\s"]|"[^"]*")+""")]
    private static partial Regex Word();
}
