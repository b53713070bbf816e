using System.Text;
using System.Text.Json;
using HomeCloud.Agent.Doctor.Checks;

namespace HomeCloud.Agent.Doctor;

/// <summary>The findings for a person and for scripts.</summary>
public static class DoctorReport
{
    /// <summary>0 when nothing is worse than a warning, 1 when there is a problem.</summary>
    public static int ExitCode(IEnumerable<CheckResult> results) => results.Any(result => result.Worst == Severity.Problem) ? 1 : 0;

    public static string Text(CheckResult result, bool colours)
    {
        var text = new StringBuilder();
        foreach (var finding in result.Findings)
        {
            text.Append(Mark(finding.Severity, colours)).Append(' ').Append(result.Title.PadRight(24)).Append(finding.Message).Append('\n');
            foreach (var line in (finding.Fix ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                text.Append("       ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    public static string Summary(IReadOnlyCollection<CheckResult> results)
    {
        string Count(Severity severity) => Number(results.Sum(result => result.Findings.Count(finding => finding.Severity == severity)), Word(severity));
        return $"{Number(results.Count, "check")}: {Count(Severity.Problem)}, {Count(Severity.Warning)}, {Count(Severity.Note)}\n";
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
                json.WriteString("title", result.Title);
                json.WriteString("severity", Word(result.Worst));
                json.WriteStartArray("findings");
                foreach (var finding in result.Findings)
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

    public static string List(IEnumerable<IDoctorCheck> checks) => string.Concat(checks.Select(check => $"{check.Id,-14}{check.Title}\n"));

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
                json.WriteString("title", check.Title);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string Number(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();

    private static string Mark(Severity severity, bool colours)
    {
        var (word, colour) = severity switch
        {
            Severity.Ok => ("  ok  ", "32"),
            Severity.Note => (" note ", "36"),
            Severity.Warning => (" WARN ", "33"),
            _ => (" FAIL ", "31"),
        };
        return colours ? $"\u001b[{colour}m{word}\u001b[0m" : word;
    }
}
