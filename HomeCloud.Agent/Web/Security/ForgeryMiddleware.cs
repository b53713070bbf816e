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
        if (context.WebSockets.IsWebSocketRequest)
        {
            // No script of ours can add a header to it, but every browser says where the page that opens it is from.
            if (IsTrusted(context) || IsOurs(context.Request))
                await next(context);
            else
                await RefuseAsync(context);
            return;
        }

        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method)
            || IsTrusted(context))
        {
            await next(context);
            return;
        }

        if (IsForeign(context.Request) || !await forgery.IsRequestValidAsync(context))
        {
            await RefuseAsync(context);
            return;
        }

        await next(context);
    }

    private static bool IsTrusted(HttpContext context) => context.User.Identity is { IsAuthenticated: true, AuthenticationType: Callers.Socket or Callers.Token };

    private static bool IsForeign(HttpRequest request) => request.Headers.Origin.Count > 0 && !IsOurs(request);

    private static bool IsOurs(HttpRequest request) => string.Equals(request.Headers.Origin.ToString(), $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);

    private static Task RefuseAsync(HttpContext context) =>
        Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "The request did not come from this page.", "Reload the page."), StatusCodes.Status403Forbidden).ExecuteAsync(context);
}
