using System.Net.Sockets;
using System.Security.Claims;
using Microsoft.AspNetCore.Connections.Features;

namespace HomeCloud.Agent.Web.Security;

/// <summary>Who calls, and by which of the three ways: the Unix socket, a token, a session.</summary>
internal static class Callers
{
    public const string Choice = "caller";
    public const string Socket = "socket";
    public const string Token = "token";
    public const string Session = "session";

    public static string Choose(HttpContext context)
    {
        if (IsSocket(context))
            return Socket;

        return context.Request.Headers.ContainsKey("Authorization") ? Token : Session;
    }

    /// <summary>Whether the request came through the Unix socket, where the file's permissions have let it in.</summary>
    public static bool IsSocket(HttpContext context) =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket.AddressFamily == AddressFamily.Unix;

    /// <summary>For the history.</summary>
    public static string Name(HttpContext context) => context.User.Identity?.AuthenticationType switch
    {
        Socket or Token => context.User.Identity.Name ?? "unknown",
        _ => $"web from {ClientGroup.Text(context.Connection.RemoteIpAddress)}",
    };

    public static ClaimsPrincipal Principal(string name, string scheme) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], scheme));

    /// <summary>Of a caller with a token.</summary>
    public static string TokenPrincipalName(string token) => $"token {token}";
}
