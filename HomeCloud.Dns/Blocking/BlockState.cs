using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Net.Localization;

namespace HomeCloud.Dns.Blocking;

/// <summary>Lists, rules by hand and pauses, as commands and the page show them.</summary>
/// <param name="Lists">In the order in which they decide.</param>
/// <param name="Blocked">Names that are blocked by hand, with all below them.</param>
/// <param name="Allowed">Names that are allowed by hand, with all below them.</param>
/// <param name="Hits">Answers that were blocked by hand.</param>
/// <param name="Pauses">Who is not blocked for a while.</param>
/// <param name="Groups">Those of the options; the last one is for devices in none. Empty without any.</param>
public sealed record BlockState(
    IReadOnlyList<BlockListState> Lists, IReadOnlyList<string> Blocked, IReadOnlyList<string> Allowed, long Hits, IReadOnlyList<BlockPause> Pauses, IReadOnlyList<BlockGroupState> Groups);

/// <param name="Name">The one that the options give it; <c>all</c> is for devices in no group.</param>
/// <param name="Devices">As the options have them.</param>
/// <param name="Lists">What counts for it now.</param>
public sealed record BlockGroupState(string Name, IReadOnlyList<string> Devices, IReadOnlyList<string> Lists);

/// <param name="Name">The one that the options give it.</param>
/// <param name="Source">An https:// address, or a file.</param>
/// <param name="Names">Names that it blocks; null while it is not in use.</param>
/// <param name="Hits">Answers that it blocked since the start.</param>
/// <param name="Fetched">When the copy in use came.</param>
/// <param name="Why">Why the last look at its source was refused.</param>
public sealed record BlockListState(string Name, string Source, int? Names, long Hits, DateTimeOffset? Fetched, [property: JsonIgnore] Phrase? Why)
{
    public string? Problem => Why?.ToString();
}

/// <param name="Device">Or group; null: everybody.</param>
/// <param name="Until">When blocking goes on.</param>
public sealed record BlockPause(string? Device, DateTimeOffset Until);

/// <summary>What is decided about a name, and by which rule.</summary>
/// <param name="Name">Asked for.</param>
/// <param name="IsBlocked">Whether it is.</param>
/// <param name="Why">Why, in words.</param>
/// <param name="List">Whose rule decides.</param>
/// <param name="Rule">The name that the rule is for.</param>
/// <param name="LineNumber">Where in the list it stands, if that is still known.</param>
/// <param name="Line">The line itself.</param>
/// <param name="AlsoIn">Other lists that would block it.</param>
/// <param name="Group">Whose rules these are; null where there are no groups.</param>
public sealed record BlockVerdictState(string Name, bool IsBlocked, [property: JsonIgnore] Phrase Why, string? List, string? Rule, int? LineNumber, string? Line, IReadOnlyList<string> AlsoIn, string? Group = null)
{
    public string Reason => Why.ToString();

    internal static BlockVerdictState NotBlocked(string name, Phrase why) => new(name, IsBlocked: false, why, null, null, null, null, []);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BlockState))]
[JsonSerializable(typeof(BlockVerdictState))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class BlockJson : JsonSerializerContext;
