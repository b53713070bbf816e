using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Security;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/tokens: for scripts.</summary>
internal static class TokenEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("Tokens");
        tokens.MapGet("", (TokenBook book) => book.All()).WithSummary("Tokens by name");
        tokens.MapPost("", (NewToken wanted, TokenBook book, HistoryLog history, HttpContext context) =>
        {
            var name = ServerName.Fold(wanted.Name ?? "");
            if (ServerName.Problem(name) is { } problem)
                return Problems.Result(problem);

            var token = book.Make(name);
            history.Add(HistoryKind.TokenMade, "", Callers.Name(context), name);
            return Results.Ok(new MadeToken(name, token));
        }).WithSummary("Create one; it is shown only once").Produces<MadeToken>().ProducesProblem(400);
        tokens.MapDelete("/{name}", (string name, TokenBook book, HistoryLog history, HttpContext context) =>
        {
            if (!book.Revoke(name))
                return Problems.Result(new ServerProblem(ProblemCode.NotFound, "There is no such token."));

            history.Add(HistoryKind.TokenRevoked, "", Callers.Name(context), name);
            return Results.NoContent();
        }).WithSummary("Revoke one").Produces(204).ProducesProblem(404);
    }
}

/// <param name="Name">What it is for.</param>
public sealed record NewToken(string? Name);

/// <param name="Name">What it is for.</param>
/// <param name="Token">The secret itself.</param>
public sealed record MadeToken(string Name, string Token);
