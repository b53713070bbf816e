using System.Security.Claims;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.History;
using HomeCloud.Agent.Web.Security;
using Microsoft.AspNetCore.Authentication;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/session and /setup: in, out, and the first password.</summary>
internal static class SessionEndpoints
{
    public const string SignInLimit = "sign-in";

    public static void Map(RouteGroupBuilder api)
    {
        var session = api.MapGroup("/session").WithTags("Session");
        session.MapPost("", SignInAsync).AllowAnonymous().RequireRateLimiting(SignInLimit).WithSummary("Sign in; sets the session's cookie").Produces(204).ProducesProblem(401);
        session.MapDelete("", SignOutAsync).WithSummary("Sign out").Produces(204);
        api.MapPost("/setup", SetUpAsync).AllowAnonymous().RequireRateLimiting(SignInLimit).WithTags("Session").WithSummary("Set the password, with the one-time key").Produces(204).ProducesProblem(400).ProducesProblem(401);
        api.MapPost("/setup-link", MakeLink).WithTags("Session").WithSummary("Make a new one-time link; through the Unix socket only").Produces<string[]>().ProducesProblem(403);
    }

    private static async Task<IResult> SignInAsync(SignIn request, PasswordBook passwords, HistoryLog history, HttpContext context)
    {
        if (!passwords.Check(request.Password ?? string.Empty))
        {
            history.Add(HistoryKind.SignInFailed, string.Empty, Callers.Name(context));
            return Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "That is not the password.", "On the server, homecloud setup-link prints a link to set a new one."), StatusCodes.Status401Unauthorized);
        }

        await OpenAsync(passwords, context);
        history.Add(HistoryKind.SignedIn, string.Empty, Callers.Name(context));
        return Results.NoContent();
    }

    private static async Task<IResult> SetUpAsync(SignIn request, SetupLink link, PasswordBook passwords, HistoryLog history, HttpContext context)
    {
        if (!link.IsValid(request.Key))
        {
            return Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "This link was used already, or is too old.", "On the server, homecloud setup-link prints a new one."), StatusCodes.Status401Unauthorized);
        }

        if (!passwords.TrySet(request.Password ?? string.Empty))
        {
            return Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "That password does not fit.", $"Use at least {PasswordBook.MinimumLength} characters; a few words make a good one."));
        }

        link.Use();
        history.Add(HistoryKind.PasswordSet, string.Empty, Callers.Name(context));
        await OpenAsync(passwords, context);
        return Results.NoContent();
    }

    private static async Task<IResult> SignOutAsync(HistoryLog history, HttpContext context)
    {
        history.Add(HistoryKind.SignedOut, string.Empty, Callers.Name(context));
        await context.SignOutAsync(Callers.Session);
        return Results.NoContent();
    }

    private static IResult MakeLink(SetupLink link, WebOptions options, HttpContext context)
    {
        if (!Callers.IsSocket(context))
        {
            return Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "Only the machine itself may do that.", "On the server: homecloud setup-link"), StatusCodes.Status403Forbidden);
        }

        return options.Listen.Count + options.ListenTls.Count == 0
            ? Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "The page is off.", "Start the agent with --web ADDR:PORT."))
            : Results.Ok(link.Urls(link.Make()));
    }

    private static Task OpenAsync(PasswordBook passwords, HttpContext context)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, "web"), new Claim(SessionEvents.Stamp, passwords.Stamp)], Callers.Session);
        return context.SignInAsync(Callers.Session, new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
    }
}
