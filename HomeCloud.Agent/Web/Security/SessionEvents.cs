using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace HomeCloud.Agent.Web.Security;

/// <summary>A person without a session is led to the sign-in page, a program gets 401. A cookie whose session has ended is none.</summary>
internal sealed class SessionEvents : CookieAuthenticationEvents
{
    /// <summary>Claim that holds the session's secret.</summary>
    public const string Secret = "session";

    /// <returns>The session's id; null for callers without one.</returns>
    public static string? IdOf(ClaimsPrincipal? principal) => principal?.FindFirst(Secret)?.Value is { } secret ? Session.IdOf(secret) : null;

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        return base.RedirectToLogin(context);
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var sessions = context.HttpContext.RequestServices.GetRequiredService<SessionBook>();
        if (IdOf(context.Principal) is not { } id || sessions.Use(id) is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Callers.Session);
        }
    }
}
