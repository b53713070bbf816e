using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/operations: the progress of what takes a while.</summary>
internal static class OperationEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var operations = api.MapGroup("/operations").WithTags("Operations");
        operations.MapGet("", (OperationBook book, HttpContext context) =>
        {
            var catalogue = AnswerLanguage.For(context);
            return book.Shown.Select(operation => OperationView.From(operation, catalogue));
        }).WithSummary("Running operations, and results that wait on the page to be dismissed");
        operations.MapGet("/{id}", (string id, OperationBook book, HttpContext context) => book.Find(id) is { } operation ? Results.Ok(OperationView.From(operation, AnswerLanguage.For(context))) : Missing())
            .WithSummary("One operation with its steps so far").Produces<OperationView>().ProducesProblem(404);
        operations.MapDelete("/{id}", Cancel).WithSummary("Cancel it; what it created is removed").Produces<OperationView>(202).ProducesProblem(404).ProducesProblem(409);
        operations.MapPost("/{id}/dismiss", (string id, OperationBook book) =>
        {
            book.Find(id)?.Dismiss();
            return Results.NoContent();
        }).WithSummary("Its result was seen: it is listed no more").Produces(204);
        operations.MapGet("/{id}/events", Events).WithSummary("Server-sent events: 'step' for each step from the first on, then 'done'").Produces<StepView>(200, EventStream.ContentType).ProducesProblem(404);
    }

    /// <summary>To who began it.</summary>
    public static IResult Accepted(Operation operation, HttpContext context)
    {
        operation.IsOnPage = context.User.Identity?.AuthenticationType == Callers.Session;
        return Results.Accepted($"/api/v1/operations/{operation.Id}", OperationView.From(operation, AnswerLanguage.For(context)));
    }

    private static IResult Cancel(string id, OperationBook book, HttpContext context) => book.Find(id) switch
    {
        null => Missing(),
        var operation when operation.Cancel() => Results.Accepted($"/api/v1/operations/{id}", OperationView.From(operation, AnswerLanguage.For(context))),
        _ => Problems.Result(new ServerProblem(ProblemCode.Busy, "The operation has already ended.", "homecloud rm removes a server that was created.")),
    };

    private static IResult Events(string id, OperationBook book, HttpContext context) =>
        book.Find(id) is { } operation ? TypedResults.ServerSentEvents(Follow(operation, AnswerLanguage.For(context), context.RequestAborted)) : Missing();

    private static async IAsyncEnumerable<SseItem<object>> Follow(Operation operation, Catalogue catalogue, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var step in operation.WatchAsync(cancellationToken))
            yield return new SseItem<object>(StepView.From(step, catalogue), "step");

        yield return new SseItem<object>(OperationView.From(operation, catalogue), "done");
    }

    private static IResult Missing() => Problems.Result(new ServerProblem(ProblemCode.NotFound, "There is no such operation, or it ended too long ago."));
}

/// <summary>How the making of a server stands.</summary>
public sealed record OperationView(
    string Id, string Server, OperationState State, DateTimeOffset StartedAt, long ElapsedMilliseconds, IReadOnlyList<StepView> Steps, ProblemView? Problem)
{
    /// <summary>What it comes to: created, changed, updated or takenBack.</summary>
    public HistoryKind Kind { get; init; }

    /// <summary>What was asked for, to ask again; null unless a server is created.</summary>
    public CreateServer? Request { get; init; }

    /// <summary>Passwords made for this server; only told by the operation, only to who may call the API.</summary>
    public IReadOnlyDictionary<string, string>? Secrets { get; init; }

    public static OperationView From(Operation operation, Catalogue catalogue) => new(
        operation.Id, operation.Server, operation.State, operation.StartedAt, operation.ElapsedMilliseconds,
        [.. operation.Steps.Select(step => StepView.From(step, catalogue))], operation.Problem is { } problem ? ProblemView.From(problem, catalogue) : null)
    {
        Kind = operation.Kind,
        Request = operation.Request,
        Secrets = operation.Secrets.Count == 0 ? null : operation.Secrets,
    };
}

/// <summary>One line of progress, in its reader's language; a later event of the same step replaces the earlier one on a screen.</summary>
/// <param name="Sequence">Grows by one with every event of an operation, from 1.</param>
/// <param name="Step">Which step.</param>
/// <param name="State">How it stands.</param>
/// <param name="Text">For a person.</param>
/// <param name="Milliseconds">Since the operation began.</param>
public sealed record StepView(int Sequence, StepName Step, StepState State, string Text, long Milliseconds)
{
    /// <summary>0 to 100 where it can be told.</summary>
    public int? Percent { get; init; }

    /// <summary>While pulling: each layer with its state.</summary>
    public IReadOnlyList<LayerProgress>? Layers { get; init; }

    public static StepView From(StepEvent step, Catalogue catalogue) =>
        new(step.Sequence, step.Step, step.State, step.Text.In(catalogue), step.Milliseconds) { Percent = step.Percent, Layers = step.Layers };
}
