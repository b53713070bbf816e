using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Making;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/operations: the progress of what takes a while.</summary>
internal static class OperationEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var operations = api.MapGroup("/operations").WithTags("Operations");
        operations.MapGet("", (OperationBook book) => book.Running.Select(OperationView.From)).WithSummary("Running operations");
        operations.MapGet("/{id}", (string id, OperationBook book) => book.Find(id) is { } operation ? Results.Ok(OperationView.From(operation)) : Missing())
            .WithSummary("One operation with its steps so far").Produces<OperationView>().ProducesProblem(404);
        operations.MapDelete("/{id}", Cancel).WithSummary("Cancel it; what it created is removed").Produces<OperationView>(202).ProducesProblem(404).ProducesProblem(409);
        operations.MapGet("/{id}/events", Events).WithSummary("Server-sent events: 'step' for each step from the first on, then 'done'").Produces<StepEvent>(200, EventStream.ContentType).ProducesProblem(404);
    }

    private static IResult Cancel(string id, OperationBook book) => book.Find(id) switch
    {
        null => Missing(),
        var operation when operation.Cancel() => Results.Accepted($"/api/v1/operations/{id}", OperationView.From(operation)),
        _ => Problems.Result(new ServerProblem(ProblemCode.Busy, "The operation has already ended.", "homecloud rm removes a server that was created.")),
    };

    private static IResult Events(string id, OperationBook book, CancellationToken cancellationToken) =>
        book.Find(id) is { } operation ? TypedResults.ServerSentEvents(Follow(operation, cancellationToken)) : Missing();

    private static async IAsyncEnumerable<SseItem<object>> Follow(Operation operation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var step in operation.WatchAsync(cancellationToken))
            yield return new SseItem<object>(step, "step");

        yield return new SseItem<object>(OperationView.From(operation), "done");
    }

    private static IResult Missing() => Problems.Result(new ServerProblem(ProblemCode.NotFound, "There is no such operation, or it ended too long ago."));
}

/// <summary>How the making of a server stands.</summary>
public sealed record OperationView(
    string Id, string Server, OperationState State, DateTimeOffset StartedAt, long ElapsedMilliseconds, IReadOnlyList<StepEvent> Steps, ServerProblem? Problem)
{
    /// <summary>Passwords made for this server; only told by the operation, only to who may call the API.</summary>
    public IReadOnlyDictionary<string, string>? Secrets { get; init; }

    public static OperationView From(Operation operation) => new(
        operation.Id, operation.Server, operation.State, operation.StartedAt, operation.ElapsedMilliseconds, operation.Steps, operation.Problem)
    {
        Secrets = operation.Secrets.Count == 0 ? null : operation.Secrets,
    };
}
