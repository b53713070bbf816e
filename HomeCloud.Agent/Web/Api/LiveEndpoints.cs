using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/events and /history: what changes, as it changes.</summary>
internal static class LiveEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/events", (Feed feed, ServerDirectory directory, CancellationToken cancellationToken) =>
            new EventStream(Follow(feed, directory, cancellationToken)))
            .Produces<object>(200, EventStream.ContentType).WithTags("Live").WithSummary("Server-sent events: 'servers' once, then 'server', 'gone', 'usage', 'engine', 'names', 'history', 'news', 'doctor'");
        api.MapGet("/history", (HistoryLog history, int? limit) => history.Newest(null, Math.Clamp(limit ?? 100, 1, 1000)))
            .WithTags("Live").WithSummary("The history of this home, newest first");
    }

    private static async IAsyncEnumerable<SseItem<object>> Follow(Feed feed, ServerDirectory directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Listening before reading: a change in between comes twice rather than never.
        using var listener = feed.Listen();
        yield return new SseItem<object>(directory.Servers.Values.ToList(), "servers");
        if (directory.EngineProblem is { } problem)
            yield return new SseItem<object>(EngineEvent.Gone(problem), "engine");

        await foreach (var item in listener.ReadAllAsync(cancellationToken))
            yield return new SseItem<object>(item.Data, item.Type);
    }
}
