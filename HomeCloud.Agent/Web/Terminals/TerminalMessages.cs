using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Agent.Web.Terminals;

/// <summary>What the agent says besides what the terminal shows.</summary>
/// <param name="Type">open, end or problem.</param>
/// <param name="Text">The shell, or why there is none any more.</param>
/// <param name="Fix">What helps.</param>
internal sealed record TerminalNews(string Type, string Text, string Fix = "")
{
    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, TerminalJson.Default.TerminalNews);
}

/// <summary>What a page says besides what is typed; each part may be missing.</summary>
/// <param name="Columns">Of its window.</param>
/// <param name="Rows">Of its window.</param>
/// <param name="Shown">So many octets more were shown.</param>
internal sealed record TerminalWish(int? Columns, int? Rows, long? Shown)
{
    /// <summary>Longer ones are none of ours.</summary>
    public const int Longest = 256;

    [JsonIgnore]
    public TerminalSize? Size => Columns is { } columns && Rows is { } rows ? TerminalSize.Clamped(columns, rows) : null;

    /// <returns>Null for what is no wish: it costs nothing and changes nothing.</returns>
    public static TerminalWish? Read(ReadOnlySpan<byte> text)
    {
        try
        {
            return text.Length > Longest ? null : JsonSerializer.Deserialize(text, TerminalJson.Default.TerminalWish);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(TerminalNews))]
[JsonSerializable(typeof(TerminalWish))]
internal sealed partial class TerminalJson : JsonSerializerContext;
