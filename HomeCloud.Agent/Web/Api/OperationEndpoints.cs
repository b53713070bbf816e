using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Security;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/operations: the progress of what takes a while.</summary>
internal static class OperationEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var operations = api.MapGroup("/operations").WithTags("Operations");
        operations.MapGet("", (OperationBook book) => book.Shown.Select(OperationView.From)).WithSummary("Running operations, and results that wait on the page to be dismissed");
        operations.MapGet("/{id}", (string id, OperationBook book) => book.Find(id) is { } operation ? Results.Ok(OperationView.From(operation)) : Missing())
            .WithSummary("One operation with its steps so far").Produces<OperationView>().ProducesProblem(404);
        operations.MapDelete("/{id}", Cancel).WithSummary("Cancel it; what it created is removed").Produces<OperationView>(202).ProducesProblem(404).ProducesProblem(409);
        operations.MapPost("/{id}/dismiss", (string id, OperationBook book) =>
        {
            book.Find(id)?.Dismiss();
            return Results.NoContent();
        }).WithSummary("Its result was seen: it is listed no more").Produces(204);
        operations.MapGet("/{id}/events", Events).WithSummary("Server-sent events: 'step' for each step from the first on, then 'done'").Produces<StepEvent>(200, EventStream.ContentType).ProducesProblem(404);
    }

    /// <summary>To who began it.</summary>
    public static IResult Accepted(Operation operation, HttpContext context)
    {
        operation.IsOnPage = context.User.Identity?.AuthenticationType == Callers.Session;
        return Results.Accepted($"/api/v1/operations/{operation.Id}", OperationView.From(operation));
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
    /// <summary>What it comes to: created, changed, updated or takenBack.</summary>
    public HistoryKind Kind { get; init; }

    /// <summary>What was asked for, to ask again; null unless a server is created.</summary>
    public CreateServer? Request { get; init; }

    /// <summary>Passwords made for this server; only told by the operation, only to who may call the API.</summary>
    public IReadOnlyDictionary<string, string>? Secrets { get; init; }

    public static OperationView From(Operation operation) => new(
        operation.Id, operation.Server, operation.State, operation.StartedAt, operation.ElapsedMilliseconds, operation.Steps, operation.Problem)
    {
        Kind = operation.Kind,
        Request = operation.Request,
        Secrets = operation.Secrets.Count == 0 ? null : operation.Secrets,
    };
}
