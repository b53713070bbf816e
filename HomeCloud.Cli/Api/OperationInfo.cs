using System.Text.Json.Serialization;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;
using HomeCloud.Net.Localization;

namespace HomeCloud.Cli.Api;

internal sealed record OperationInfo(string Id, string Server, string State, long ElapsedMilliseconds, ProblemInfo? Problem, Dictionary<string, string>? Secrets, string Kind = "created");

internal sealed record LayerInfo(string Id, string Status, long Current, long Total, bool IsDone);

internal sealed record StepInfo(int Sequence, string Step, string State, string Text, long Milliseconds, int? Percent, LayerInfo[]? Layers);

/// <summary>A refusal: of a request (RFC 9457, where the message is the title) or of an operation.</summary>
internal sealed record ProblemInfo(string? Code, string? Message, string? Fix, string[]? Output)
{
    [JsonPropertyName("title")]
    public string? Title { get; init; }

    public CommandError ToError(int exitCode)
    {
        // A message may end in the engine's own words.
        var message = (Title ?? Message ?? "").TrimEnd();
        var isWhole = message.Length == 0 || message[^1] is '.' or '!' or '?' or '。' || !Translation.IsEnglish;
        return new CommandError(exitCode, isWhole ? message : (Phrase)$"{message}.", Fix ?? "") { Code = Code, Output = Output ?? [] };
    }
}
