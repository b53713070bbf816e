using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Agent.Web.Terminals;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/servers/NAME/terminal.</summary>
internal static class TerminalEndpoints
{
    /// <summary>Over HTTP/2 a WebSocket begins with CONNECT (RFC 8441), for which OpenAPI has no word.</summary>
    private static readonly string[] Connect = [HttpMethods.Connect];

    public static void Map(RouteGroupBuilder servers)
    {
        const string Path = "/{name}/terminal";
        servers.MapGet(Path, RunAsync).WithSummary("A shell inside, over a WebSocket").Produces(StatusCodes.Status101SwitchingProtocols).ProducesProblem(StatusCodes.Status400BadRequest);
        servers.MapMethods(Path, Connect, RunAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> RunAsync(string name, TerminalDesk desk, HttpContext context, int columns = 0, int rows = 0)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            return Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "A terminal is a WebSocket.", "See docs/api.md, Terminals."));

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var size = columns == 0 || rows == 0 ? TerminalSize.Usual : TerminalSize.Clamped(columns, rows);
        await desk.RunAsync(socket, name, size, SessionEvents.IdOf(context.User) ?? Callers.Name(context), Callers.Name(context), AnswerLanguage.Of(context), CallerEndMiddleware.EndOf(context));
        return Results.Empty;
    }
}
