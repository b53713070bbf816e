using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Security;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/keys: public ssh keys for new boxes.</summary>
internal static class KeyEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Keys");
        keys.MapGet("", (KeyBook book) => book.All().Select(k => new KeyView(k))).WithSummary("Public SSH keys that every new SSH box gets");
        keys.MapPost("", (KeyView key, KeyBook book, HistoryLog history, HttpContext context) =>
        {
            if (book.Add(key.Key) is { } problem)
                return Problems.Result(problem);

            history.Add(HistoryKind.KeyAdded, "", Callers.Name(context), Comment(key.Key!));
            return Results.NoContent();
        }).WithSummary("Add one").Produces(204).ProducesProblem(400);
        keys.MapPost("/fetch", FetchAsync).WithSummary("The public keys of an account at GitHub, GitLab or Codeberg").Produces<KeyView[]>().ProducesProblem(400).ProducesProblem(404);
        keys.MapDelete("", (string key, KeyBook book, HistoryLog history, HttpContext context) =>
        {
            if (!book.Remove(SshKey.Identity(key)))
                return Problems.Result(new ServerProblem(ProblemCode.NotFound, "There is no such key."));

            history.Add(HistoryKind.KeyRemoved, "", Callers.Name(context), Comment(key));
            return Results.NoContent();
        }).WithSummary("Remove one; ?key= is the line itself").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> FetchAsync(FetchKeys wanted, AccountKeys accounts, KeyBook book, HistoryLog history, HttpContext context)
    {
        var fetched = await accounts.FetchAsync(wanted.From, wanted.Account, context.RequestAborted);
        if (!fetched.IsSuccess)
            return Problems.Result(fetched.Problem);
        foreach (var key in wanted.Add ? fetched.Value : [])
        {
            book.Add(key);
            history.Add(HistoryKind.KeyAdded, "", Callers.Name(context), Comment(key));
        }

        return Results.Ok(fetched.Value.Select(key => new KeyView(key)).ToArray());
    }

    private static string Comment(string key) => key.Trim().Split(' ', 3) is [var type, _, var comment] ? $"{type} {comment}" : "key";
}

/// <param name="From"><c>github</c>, <c>gitlab</c> or <c>codeberg</c>.</param>
/// <param name="Account">Its name there.</param>
/// <param name="Add">Keep them for every new box.</param>
public sealed record FetchKeys(string? From, string? Account, bool Add = false);

/// <param name="Key">A line of an authorized_keys file, without options.</param>
public sealed record KeyView(string? Key);
