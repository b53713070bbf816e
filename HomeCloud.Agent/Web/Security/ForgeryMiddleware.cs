using HomeCloud.Agent.Servers;
using Microsoft.AspNetCore.Antiforgery;

namespace HomeCloud.Agent.Web.Security;

/// <summary>
/// Every change that a browser asks for must come from our own page: the Origin must be ours, and the anti-forgery token
/// of the page must be there. Tokens and the socket are not sent by browsers on their own, so they need neither.
/// </summary>
internal sealed class ForgeryMiddleware(RequestDelegate next, IAntiforgery forgery)
{
    public const string HeaderName = "X-HomeCloud-Form";

    public async Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method)
            || context.User.Identity is { IsAuthenticated: true, AuthenticationType: Callers.Socket or Callers.Token })
        {
            await next(context);
            return;
        }

        if (IsForeign(context.Request) || !await forgery.IsRequestValidAsync(context))
        {
            await Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "The request did not come from this page.", "Reload the page."), StatusCodes.Status403Forbidden)
                .ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    private static bool IsForeign(HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin
        && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
