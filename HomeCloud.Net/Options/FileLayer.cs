using System.Text.Json;

namespace HomeCloud.Net.Options;

/// <summary>Reads options from a JSON object whose keys are option names; comments and trailing commas are allowed.</summary>
public static class FileLayer
{
    /// <param name="path">The file.</param>
    /// <param name="rows">All options of the program.</param>
    /// <param name="isKnownElsewhere">Which other keys are fine, for a command that reads some of a program's options.</param>
    public static OptionLayer Read(string path, IReadOnlyList<OptionRow> rows, Func<string, bool>? isKnownElsewhere = null)
    {
        var values = new Dictionary<string, IReadOnlyList<string>>();
        var problems = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                problems.Add($"--config '{path}' must hold one JSON object (example: {{ \"listen\": [\"192.168.1.5:53\"] }})");
            else
                ReadKeys(document.RootElement, path, values, problems, isKnownElsewhere ?? (_ => false), rows);
        }
        catch (JsonException exception)
        {
            problems.Add($"--config '{path}' line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1} is not valid JSON: {FirstSentence(exception.Message)}");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add($"--config '{path}' does not exist: create it, or correct the path");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add($"--config '{path}' cannot be read: {exception.Message}");
        }

        return new OptionLayer(path, values, problems);
    }

    private static void ReadKeys(
        JsonElement root, string path, Dictionary<string, IReadOnlyList<string>> values, List<string> problems, Func<string, bool> isKnownElsewhere,
        IReadOnlyList<OptionRow> rows)
    {
        foreach (var property in root.EnumerateObject())
        {
            if (rows.FirstOrDefault(known => known.Name == property.Name) is not { } option)
            {
                if (!isKnownElsewhere(property.Name))
                    problems.Add($"--config '{path}' has an unknown key \"{property.Name}\"{Hint(property.Name, rows)}");
                continue;
            }

            IReadOnlyList<string?> items = property.Value.ValueKind == JsonValueKind.Array
                ? [.. property.Value.EnumerateArray().Select(Scalar)]
                : [Scalar(property.Value)];
            if (items.Any(item => item is null) || (!option.Repeatable && items.Count != 1))
                problems.Add($"--config '{path}' key \"{property.Name}\" must be {(option.Repeatable ? "a string or a list of strings" : "a single value")}");
            else if (!values.TryAdd(option.Name, [.. items.Select(item => item!)]))
                problems.Add($"--config '{path}' has the key \"{property.Name}\" twice: keep one");
        }
    }

    private static string Hint(string name, IReadOnlyList<OptionRow> rows) => NearestName.Of(name, rows.Select(option => option.Name)) is { } nearest
        ? $": did you mean \"{nearest}\"?"
        : ": see --help for the names";

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static string FirstSentence(string message) => message.Split(". ")[0].TrimEnd('.');
}
