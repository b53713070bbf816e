using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Security;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/names: static names.</summary>
internal static class NameEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var names = api.MapGroup("/names").WithTags("Names");
        names.MapGet("", (StaticNameBook book) => book.All()).WithSummary("All static names");
        names.MapPut("/{name}", async (string name, StaticName wanted, StaticNameBook book, HttpContext context, bool replace = false) =>
            await book.PutAsync(wanted with { Name = name }, replace, Callers.Name(context), context.RequestAborted) is { } problem ? Problems.Result(problem) : Results.NoContent())
            .WithSummary("Add one; ?replace=true takes a name over that a server or another static name has").Produces(204).ProducesProblem(400).ProducesProblem(409).ProducesProblem(503);
        names.MapDelete("/{name}", async (string name, StaticNameBook book, HttpContext context) =>
            await book.RemoveAsync(name, Callers.Name(context), context.RequestAborted) is { } problem ? Problems.Result(problem) : Results.NoContent())
            .WithSummary("Remove one").Produces(204).ProducesProblem(404).ProducesProblem(503);
    }
}
