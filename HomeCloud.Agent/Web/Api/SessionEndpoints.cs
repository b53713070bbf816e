using System.Security.Claims;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Security;
using Microsoft.AspNetCore.Authentication;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/session and /setup: in, out, and the first password.</summary>
internal static class SessionEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var session = api.MapGroup("/session").WithTags("Session");
        session.MapPost("", SignInAsync).AllowAnonymous().WithMetadata(SignInLimit.Mark).WithSummary("Sign in; sets the session's cookie").Produces(204).ProducesProblem(401).ProducesProblem(429);
        session.MapDelete("", SignOutAsync).WithSummary("Sign out").Produces(204);
        api.MapGet("/sessions", (SessionBook sessions, HttpContext context) => sessions.All().Select(s => SessionView.Of(s, SessionEvents.IdOf(context.User))))
            .WithTags("Session").WithSummary("Browsers that are signed in, newest first");
        api.MapDelete("/sessions/{id}", StopAsync).WithTags("Session").WithSummary("Sign one out, and end its event streams").Produces(204).ProducesProblem(404);
        api.MapPut("/password", ChangePasswordAsync).WithMetadata(SignInLimit.Mark).WithTags("Session").WithSummary("Change the password; every session but the caller's ends").Produces(204).ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);
        api.MapPost("/setup", SetUpAsync).AllowAnonymous().WithMetadata(SignInLimit.Mark).WithTags("Session").WithSummary("Set the password, with the one-time key").Produces(204).ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);
        api.MapPost("/setup-link", MakeLink).WithTags("Session").WithSummary("Create a new one-time link; through the Unix socket only").Produces<string[]>().ProducesProblem(403);
    }

    private static async Task<IResult> SignInAsync(SignIn request, PasswordBook passwords, PasswordWork work, SessionBook sessions, HistoryLog history, FailedSignIns failed, HttpContext context)
    {
        // The stamp of the password that was checked: a new one may be set before the session is open.
        var (done, stamp) = await work.TryRunAsync(() => passwords.Check(request.Password ?? "") ? passwords.Stamp : null, context.RequestAborted);
        if (!done)
            return Busy();

        if (stamp is null)
        {
            failed.Add(ClientGroup.Of(context.Connection.RemoteIpAddress), Callers.Name(context));
            return WrongPassword();
        }

        await OpenAsync(sessions, stamp, context);
        history.Add(HistoryKind.SignedIn, "", Callers.Name(context));
        return Results.NoContent();
    }

    private static async Task<IResult> SetUpAsync(SignIn request, SetupLink link, PasswordBook passwords, PasswordWork work, SessionBook sessions, HistoryLog history, HttpContext context)
    {
        // Before it takes a turn, and again in its turn, which nobody shares: of two with one key, the second comes too late.
        if (!link.IsValid(request.Key))
            return UsedLink();

        var (done, change) = await work.TryRunAsync(() => Change.TryMake(passwords, () => link.IsValid(request.Key), request.Password, link.Use), context.RequestAborted);
        if (!done || change.Stamp is not { } stamp)
            return !done ? Busy() : change.IsAllowed ? BadPassword() : UsedLink();

        await BeginAnewAsync(sessions, stamp, history, context);
        return Results.NoContent();
    }

    private static async Task<IResult> ChangePasswordAsync(NewPassword request, PasswordBook passwords, PasswordWork work, SessionBook sessions, HistoryLog history, HttpContext context)
    {
        if (context.User.Identity?.AuthenticationType != Callers.Session)
            return Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "Only a signed-in browser may do that.", "On the server, homecloud setup-link prints a link to set a new password."), StatusCodes.Status403Forbidden);

        var (done, change) = await work.TryRunAsync(() => Change.TryMake(passwords, () => passwords.Check(request.Current ?? ""), request.Password), context.RequestAborted);
        if (!done || change.Stamp is not { } stamp)
            return !done ? Busy() : change.IsAllowed ? BadPassword() : WrongPassword();

        await BeginAnewAsync(sessions, stamp, history, context);
        return Results.NoContent();
    }

    private static async Task<IResult> SignOutAsync(SessionBook sessions, HistoryLog history, HttpContext context)
    {
        history.Add(HistoryKind.SignedOut, "", Callers.Name(context));
        await context.SignOutAsync(Callers.Session);
        EndAfterwards(sessions, SessionEvents.IdOf(context.User), context);
        return Results.NoContent();
    }

    private static IResult StopAsync(string id, SessionBook sessions, HistoryLog history, HttpContext context)
    {
        if (sessions.All().FirstOrDefault(s => SessionView.ShortId(s) == id) is not { } session)
            return Problems.Result(new ServerProblem(ProblemCode.NotFound, "There is no such session."));

        history.Add(HistoryKind.SignedOut, "", Callers.Name(context), $"of {session.From}");
        EndAfterwards(sessions, session.Id, context);
        return Results.NoContent();
    }

    /// <summary>The request that ends its own session is still answered.</summary>
    private static void EndAfterwards(SessionBook sessions, string? id, HttpContext context)
    {
        if (id is null)
            return;

        if (id == SessionEvents.IdOf(context.User))
        {
            context.Response.OnCompleted(() => Task.FromResult(sessions.Stop(id)));
        }
        else
        {
            sessions.Stop(id);
        }
    }

    private static async Task BeginAnewAsync(SessionBook sessions, string stamp, HistoryLog history, HttpContext context)
    {
        history.Add(HistoryKind.PasswordSet, "", Callers.Name(context));
        var kept = await OpenAsync(sessions, stamp, context);
        sessions.StopAllBut(kept);
    }

    private static IResult Busy() => Problems.Result(
        new ServerProblem(ProblemCode.Busy, "Too many sign-ins at the same time.", "Try again in a few seconds."), StatusCodes.Status429TooManyRequests);

    private static IResult WrongPassword() => Problems.Result(
        new ServerProblem(ProblemCode.InvalidRequest, "Wrong password.", "On the server, homecloud setup-link prints a link to set a new one."), StatusCodes.Status401Unauthorized);

    private static IResult UsedLink() => Problems.Result(
        new ServerProblem(ProblemCode.InvalidRequest, "This link was already used, or has expired.", "On the server, homecloud setup-link prints a new one."), StatusCodes.Status401Unauthorized);

    private static IResult BadPassword() => Problems.Result(
        new ServerProblem(ProblemCode.InvalidRequest, "That password is too short or too long.", $"Use at least {PasswordBook.MinimumLength} characters; a few words are a good choice."));

    private static IResult MakeLink(SetupLink link, WebOptions options, HttpContext context)
    {
        if (!Callers.IsSocket(context))
            return Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "Only this machine may do that.", "On the server: homecloud setup-link"), StatusCodes.Status403Forbidden);

        return options.Listen.Count + options.ListenTls.Count == 0
            ? Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "The web page is off.", "Start the agent with --web ADDR:PORT."))
            : Results.Ok(link.Urls(link.Make()));
    }

    /// <returns>The session's id.</returns>
    private static async Task<string> OpenAsync(SessionBook sessions, string stamp, HttpContext context)
    {
        var browser = Naming.PlainText.From(context.Request.Headers.UserAgent.ToString(), 160);
        var secret = sessions.Begin(ClientGroup.Text(context.Connection.RemoteIpAddress), browser, stamp);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, "web"), new Claim(SessionEvents.Secret, secret)], Callers.Session);
        await context.SignInAsync(Callers.Session, new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
        return Session.IdOf(secret);
    }

    /// <summary>What one turn of <see cref="PasswordWork"/> made of a new password.</summary>
    /// <param name="Stamp">Of the new password; null when it was not set.</param>
    private readonly record struct Change(bool IsAllowed, string? Stamp)
    {
        public static Change TryMake(PasswordBook passwords, Func<bool> isAllowed, string? password, Action? made = null)
        {
            if (!isAllowed())
                return default;

            if (!passwords.TrySet(password ?? ""))
                return new(IsAllowed: true, Stamp: null);

            made?.Invoke();
            return new(IsAllowed: true, passwords.Stamp);
        }
    }
}

/// <param name="Password">The page's password.</param>
/// <param name="Key">The one-time key, when setting it.</param>
public sealed record SignIn(string? Password, string? Key = null);

/// <param name="Current">The password until now.</param>
/// <param name="Password">The one from now on.</param>
public sealed record NewPassword(string? Current, string? Password);

/// <summary>A signed-in browser.</summary>
/// <param name="Id">To end it; opens nothing.</param>
/// <param name="From">Address it signed in from.</param>
/// <param name="Browser">What it calls itself: show it as text.</param>
/// <param name="Created">When it signed in.</param>
/// <param name="LastSeen">Last request, to the hour.</param>
/// <param name="Ends">When it ends, used or not.</param>
/// <param name="Current">Whether it is the caller's own.</param>
public sealed record SessionView(string Id, string From, string Browser, DateTimeOffset Created, DateTimeOffset LastSeen, DateTimeOffset Ends, bool Current)
{
    private const int IdLength = 16;

    public static SessionView Of(Session session, string? own) => new(ShortId(session), session.From, session.Browser, session.Created, session.LastSeen, session.Created + SessionBook.Longest, session.Id == own);

    public static string ShortId(Session session) => session.Id[..IdLength];
}
