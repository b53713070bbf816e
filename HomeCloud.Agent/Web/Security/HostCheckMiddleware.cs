using System.Net;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Web.Security;

/// <summary>
/// Against DNS rebinding: a page elsewhere whose name is made to point here still sends its own name as Host.
/// Our names and literal addresses are accepted; a literal address cannot be rebound.
/// </summary>
internal sealed class HostCheckMiddleware(RequestDelegate next, WebOptions options, PageNames names)
{
    public Task InvokeAsync(HttpContext context)
    {
        var wellFormed = Uri.TryCreate($"http://{context.Request.Host.Value}/", UriKind.Absolute, out _);
        if (Callers.IsSocket(context))
        {
            // Pages make addresses out of it, and a program that asks through the socket may leave it empty (RFC 9112 §3.2).
            context.Request.Host = wellFormed ? context.Request.Host : new HostString("localhost");
            return next(context);
        }

        if (wellFormed && IsOurs(context))
            return next(context);

        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return context.Response.WriteAsync($"This server is {string.Join(" and ", names.Names.Select(name => $"{name}.{options.Zones[0]}"))}; --web-host adds another name.\n");
    }

    private bool IsOurs(HttpContext context)
    {
        var host = context.Request.Host.Host.TrimEnd('.').ToLowerInvariant();
        if (host.Length == 0)
            return false;

        return names.Contain(host)
            || (AddressText.TryParse(host.Trim('[', ']'), out var address) && Same(address, context.Connection.LocalIpAddress));
    }

    private static bool Same(IPAddress address, IPAddress? local) =>
        local is not null && address.MapToIPv6().Equals(local.MapToIPv6());
}
