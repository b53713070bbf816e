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

            if (book.Make(name, wanted.Replace) is not { } token)
                return Problems.Result(new ServerProblem(ProblemCode.NameTaken, $"There is already a token {name}.", $"Choose another name, or end the old one: homecloud token add {name} --replace"));

            history.Add(HistoryKind.TokenMade, "", Callers.Name(context), name);
            return Results.Ok(new MadeToken(name, token));
        }).WithSummary("Create one; it is shown only once").Produces<MadeToken>().ProducesProblem(400).ProducesProblem(409);
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
/// <param name="Replace">End the token that has this name already.</param>
public sealed record NewToken(string? Name, bool Replace = false);

/// <param name="Name">What it is for.</param>
/// <param name="Token">The secret itself.</param>
public sealed record MadeToken(string Name, string Token);
