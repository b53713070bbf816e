using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace HomeCloud.Registry.Journals;

/// <summary>A question as it travels.</summary>
/// <param name="Id">Of the question.</param>
/// <param name="From">The process that asks; the answer goes to its channel.</param>
/// <param name="Inquiry">What it asks.</param>
internal sealed record InquiryMessage(string Id, string From, JournalInquiry Inquiry);

/// <summary>An answer as it travels.</summary>
/// <param name="Id">Of the question.</param>
/// <param name="Report">The answer.</param>
internal sealed record ReportMessage(string Id, JournalReport Report);

/// <summary>
/// Messages between pages and DNS servers as JSON. A process that may write to the channel may write anything, so nothing comes out
/// of here that a page could not show or add up.
/// </summary>
internal static class JournalMessages
{
    /// <summary>Characters. A thousand queries with names of the greatest length have 1.5 million.</summary>
    public const int LongestReport = 4 << 20;

    /// <summary>Characters; a search may name each device of the home.</summary>
    public const int LongestInquiry = 1 << 20;

    private const int IdLength = 16;
    private const int LongestText = 4096;
    private const int MostItems = 1000;

    /// <summary>More than a home counts in a thousand years; the sum of <see cref="MostItems"/> of them from each of 32 servers still fits.</summary>
    private const long MostCount = 100_000_000_000_000;
    private const long LastSecond = 253_402_300_799;

    public static string Write(InquiryMessage message) => JsonSerializer.Serialize(message, JournalJson.Default.InquiryMessage);

    public static string Write(ReportMessage message) => JsonSerializer.Serialize(message, JournalJson.Default.ReportMessage);

    /// <returns>Null for anything that no agent sends.</returns>
    public static InquiryMessage? ReadInquiry(string text) =>
        Read(text, LongestInquiry, JournalJson.Default.InquiryMessage) is { Inquiry.Limit: >= 1 and <= JournalInquiry.MostLimit } message
        && IsId(message.Id) && IsId(message.From) && Enum.IsDefined(message.Inquiry.Range) && (message.Inquiry.Search?.Named ?? []).All(IsText)
            ? message
            : null;

    /// <returns>Null for anything that no DNS server sends.</returns>
    public static ReportMessage? ReadReport(string text) =>
        Read(text, LongestReport, JournalJson.Default.ReportMessage) is { } message && IsId(message.Id) && IsSound(message.Report) ? message : null;

    /// <summary>What tells questions and processes apart: 16 hexadecimal digits.</summary>
    public static bool IsId(string? text) => text is { Length: IdLength } && text.All(char.IsAsciiHexDigitLower);

    private static T? Read<T>(string text, int longest, JsonTypeInfo<T> type)
        where T : class
    {
        if (text.Length == 0 || text.Length > longest)
            return null;
        try
        {
            return JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsSound(JournalReport report) =>
        IsText(report.Server) && report.Server.Length is > 0 and <= 255 && (report.Problem is null || IsText(report.Problem))
        && (report.Statistics is null || IsSound(report.Statistics))
        && (report.Figures is null || IsSound(report.Figures))
        && (report.Top is null || IsSound(report.Top))
        && (report.Queries is null || All(report.Queries, query => IsText(query.Client) && IsText(query.Name) && IsText(query.Type) && IsText(query.Answer) && IsText(query.Source) && IsTime(query.Milliseconds)))
        && (report.Upstreams is null || AreSound(report.Upstreams));

    private static bool IsSound(DnsStatisticsView view) =>
        All(view.Seconds, second => second is { At: >= 0 and <= LastSecond, AtOnce: >= 0, Forwarded: >= 0, Failed: >= 0 })
        && AreCounts(view.Queries, view.AnsweredAtOnce, view.FromCache, view.Forwarded, view.Failed)
        && IsSound(view.Latency) && AreNamed(view.TopNames) && AreNamed(view.TopClients)
        && (view.Validation is null || IsText(view.Validation))
        && AreSound(view.Upstreams);

    private static bool AreSound(IReadOnlyList<DnsUpstreamView> upstreams) =>
        All(upstreams, upstream => IsText(upstream.Address) && IsText(upstream.Detail) && (upstream.LatencyMilliseconds is not { } time || IsTime(time)));

    private static bool IsSound(DnsFiguresView view) =>
        view is { From: >= 0 and <= LastSecond, To: >= 0 and <= LastSecond, StepSeconds: > 0 and <= 86_400, QueryHours: >= 0 and <= 24 * 366 } && IsText(view.Kept)
        && AreCounts(view.Queries, view.Local, view.Cached, view.Forwarded, view.Blocked, view.Failed, view.LeftOut) && IsSound(view.Latency)
        && All(view.Steps, step => step is { At: >= 0 and <= LastSecond, Seconds: >= 0, Queries: >= 0, Local: >= 0, Cached: >= 0, Forwarded: >= 0, Blocked: >= 0, Failed: >= 0 }
            && (step.Within is not { } time || IsTime(time)));

    private static bool IsSound(DnsTopView view) =>
        view.Hours is >= 0 and <= 24 * 366 && AreNamed(view.Names) && AreNamed(view.Clients) && AreNamed(view.BlockedNames) && AreNamed(view.BlockedClients);

    private static bool IsSound(IReadOnlyList<DnsLatencyView> classes) => All(classes, one => IsTime(one.BelowMilliseconds) && AreCounts(one.Count));

    private static bool AreNamed(IReadOnlyList<DnsCountView> counts) => All(counts, one => IsText(one.Name) && AreCounts(one.Count));

    private static bool AreCounts(params ReadOnlySpan<long> counts)
    {
        foreach (var count in counts)
        {
            if (count is < 0 or > MostCount)
                return false;
        }

        return true;
    }

    // An element that is null has no such type, but JSON has it.
    private static bool All<T>(IReadOnlyList<T?> items, Func<T, bool> isSound)
        where T : class =>
        items.Count <= MostItems && items.All(item => item is not null && isSound(item));

    private static bool IsTime(double milliseconds) => double.IsFinite(milliseconds) && milliseconds is >= 0 and < 1e12;

    private static bool IsText(string? text) => text is { Length: <= LongestText } && !text.Any(char.IsControl);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, MaxDepth = 16)]
[JsonSerializable(typeof(InquiryMessage))]
[JsonSerializable(typeof(ReportMessage))]
internal sealed partial class JournalJson : JsonSerializerContext;
