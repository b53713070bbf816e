using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace HomeCloud.Agent.Web.Security;

/// <summary>A person without a session is led to the sign-in page, a program gets 401. A new password ends the sessions before it.</summary>
internal sealed class SessionEvents : CookieAuthenticationEvents
{
    /// <summary>Claim that ties a session to the password it was opened with.</summary>
    public const string Stamp = "stamp";

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        return base.RedirectToLogin(context);
    }

    public override Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var passwords = context.HttpContext.RequestServices.GetRequiredService<PasswordBook>();
        if (context.Principal?.FindFirst(Stamp)?.Value != passwords.Stamp)
        {
            context.RejectPrincipal();
        }

        return Task.CompletedTask;
    }
}
