using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Health;
using HomeCloud.Agent.Web.Texts;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/events and /history: what changes, as it changes.</summary>
internal static class LiveEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/events", (Feed feed, ServerDirectory directory, HttpContext context) =>
            new EventStream(Follow(feed, directory, AnswerLanguage.For(context), context.RequestAborted)))
            .Produces<object>(200, EventStream.ContentType).WithTags("Live").WithSummary("Server-sent events: 'servers' once, then 'server', 'gone', 'usage', 'engine', 'names', 'history', 'news', 'doctor'");
        api.MapGet("/history", (HistoryLog history, int? limit, HttpContext context) => Newest(history, null, limit, context))
            .WithTags("Live").WithSummary("The history of this home, newest first");
    }

    /// <param name="subject">Null: of the whole home.</param>
    internal static List<HistoryLine> Newest(HistoryLog history, string? subject, int? limit, HttpContext context)
    {
        var texts = ToldTexts.For(AnswerLanguage.For(context));
        return [.. history.Newest(subject, Math.Clamp(limit ?? 100, 1, 1000)).Select(texts.Tell)];
    }

    private static async IAsyncEnumerable<SseItem<object>> Follow(Feed feed, ServerDirectory directory, Catalogue catalogue, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Listening before reading: a change in between comes twice rather than never.
        using var listener = feed.Listen();
        yield return new SseItem<object>(directory.Servers.Values.Select(ToldTexts.For(catalogue).Tell).ToList(), "servers");
        if (directory.EngineProblem is { } problem)
            yield return new SseItem<object>(EngineEvent.From(problem, catalogue), "engine");

        await foreach (var item in listener.ReadAllAsync(cancellationToken))
            yield return new SseItem<object>(InLanguage(item.Data, catalogue), item.Type);
    }

    private static object InLanguage(object data, Catalogue catalogue) => data switch
    {
        EngineState engine => EngineEvent.From(engine.Problem, catalogue),
        HealthState health => HealthView.From(health, catalogue),
        ServerView server => ToldTexts.For(catalogue).Tell(server),
        HistoryLine line => ToldTexts.For(catalogue).Tell(line),
        _ => data,
    };
}

/// <summary>Data of <c>engine</c>.</summary>
/// <param name="Away">Whether the engine cannot be asked.</param>
/// <param name="Message">Why; empty when it can.</param>
/// <param name="Fix">What helps.</param>
public sealed record EngineEvent(bool Away, string Message, string Fix)
{
    public static EngineEvent From(ServerProblem? problem, Catalogue catalogue) =>
        new(problem is not null, problem?.Message.In(catalogue) ?? "", problem?.Fix.In(catalogue) ?? "");
}
