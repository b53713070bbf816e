using System.Text;
using System.Text.Json;
using HomeCloud.Net.Localization;

namespace HomeCloud.Commands;

/// <summary>
/// An error as every command prints it: two lines on standard error, what is wrong and what to do; with <c>--json</c> one
/// document on standard output.
/// </summary>
/// <param name="ExitCode">Of <see cref="ExitCodes"/>.</param>
/// <param name="Message">What is wrong, one sentence.</param>
/// <param name="Fix">What to do about it, one sentence; empty where there is nothing to do.</param>
public sealed record CommandError(int ExitCode, Phrase Message, Phrase Fix)
{
    public CommandError(int exitCode, Phrase message)
        : this(exitCode, message, Phrase.None)
    {
    }

    /// <summary>Problem code of the API, for programs; null for an error that did not come from there.</summary>
    public string? Code { get; init; }

    /// <summary>Last lines of a server that exited at once.</summary>
    public IReadOnlyList<string> Output { get; init; } = [];

    /// <param name="program">Named in front.</param>
    /// <param name="texts">The reader's language; English when there is none.</param>
    public string ToText(string program, Catalogue? texts = null)
    {
        texts ??= Catalogue.English;
        string[] lines = [$"{program}: {Message.In(texts).TrimEnd()}", Fix.In(texts).TrimEnd(), .. Output];
        return string.Join('\n', lines.Where(line => line.Length > 0));
    }

    /// <summary>For programs, hence English: <c>{"error":{"exitCode":2,"message":"…","fix":"…"}}</c>, with <c>code</c> and <c>output</c> where there are such.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteNumber("exitCode", ExitCode);
            if (Code is not null)
                json.WriteString("code", Code);
            json.WriteString("message", Message.ToString().TrimEnd());
            json.WriteString("fix", Fix.ToString().TrimEnd());
            if (Output.Count > 0)
            {
                json.WriteStartArray("output");
                foreach (var line in Output)
                    json.WriteStringValue(line);
                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
