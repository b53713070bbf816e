using System.Text;
using System.Text.Json;
using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor;

/// <summary>The findings for a person, in that person's language, and for scripts, in English.</summary>
public static class DoctorReport
{
    /// <summary>A little more than the longest title of a check.</summary>
    private const int TitleWidth = 29;

    /// <summary>0 when nothing is worse than a warning, 1 when there is a problem.</summary>
    public static int ExitCode(IEnumerable<CheckResult> results) => results.Any(result => result.Worst == Severity.Problem) ? 1 : 0;

    public static string Text(CheckResult result, bool colours, Catalogue catalogue)
    {
        var text = new StringBuilder();
        foreach (var (severity, message, fix) in result.Findings.Select(finding => finding.In(catalogue)))
        {
            text.Append(Mark(severity, colours, catalogue)).Append(' ').Append(CellText.Pad(result.Title.In(catalogue), TitleWidth)).Append(message).Append('\n');
            foreach (var line in (fix ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                text.Append("       ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    public static string Summary(IReadOnlyCollection<CheckResult> results, Catalogue catalogue)
    {
        int Count(Severity severity) => results.Sum(result => result.Findings.Count(finding => finding.Severity == severity));
        var (problems, warnings, notes) = (Count(Severity.Problem), Count(Severity.Warning), Count(Severity.Note));
        var said = problems == 1 ? (Phrase)$"{problems} problem" : $"{problems} problems";
        var warned = warnings == 1 ? (Phrase)$"{warnings} warning" : $"{warnings} warnings";
        var noted = notes == 1 ? (Phrase)$"{notes} note" : $"{notes} notes";
        var summary = results.Count == 1 ? (Phrase)$"{results.Count} check: {said}, {warned}, {noted}" : $"{results.Count} checks: {said}, {warned}, {noted}";
        return summary.In(catalogue) + "\n";
    }

    public static string Json(IReadOnlyCollection<CheckResult> results)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", ExitCode(results) == 0);
            json.WriteStartArray("checks");
            foreach (var result in results)
            {
                json.WriteStartObject();
                json.WriteString("id", result.Id);
                json.WriteString("title", result.Title.ToString());
                json.WriteString("severity", Word(result.Worst));
                json.WriteStartArray("findings");
                foreach (var finding in result.Findings.Select(finding => finding.In(Catalogue.English)))
                {
                    json.WriteStartObject();
                    json.WriteString("severity", Word(finding.Severity));
                    json.WriteString("message", finding.Message);
                    if (finding.Fix is { } fix)
                        json.WriteString("fix", fix);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public static string List(IEnumerable<IDoctorCheck> checks, Catalogue catalogue) => string.Concat(checks.Select(check => $"{check.Id,-16}{check.Title.In(catalogue)}\n"));

    public static string JsonList(IEnumerable<IDoctorCheck> checks)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var check in checks)
            {
                json.WriteStartObject();
                json.WriteString("id", check.Id);
                json.WriteString("title", check.Title.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();

    private static string Mark(Severity severity, bool colours, Catalogue catalogue)
    {
        Phrase mark = severity switch
        {
            Severity.Ok => "  ok  ",
            Severity.Note => " note ",
            Severity.Warning => " WARN ",
            _ => " FAIL ",
        };
        var colour = severity switch
        {
            Severity.Ok => 32,
            Severity.Note => 36,
            Severity.Warning => 33,
            _ => 31,
        };
        var word = mark.In(catalogue);
        return colours ? $"\u001b[{colour}m{word}\u001b[0m" : word;
    }
}
