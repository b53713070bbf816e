using System.Net;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Web.Security;

/// <summary>Only the LAN may connect: private and link-local addresses, this machine's own prefixes, and what an option allows.</summary>
internal sealed partial class LanOnlyMiddleware(RequestDelegate next, WebOptions options, TimeProvider time, ILogger<LanOnlyMiddleware> logger)
{
    /// <summary>Between two lines of the log, however many are refused.</summary>
    private static readonly TimeSpan ToldEvery = TimeSpan.FromMinutes(1);

    private long? _toldAt;

    public Task InvokeAsync(HttpContext context)
    {
        if (Callers.IsSocket(context) || (context.Connection.RemoteIpAddress is { } remote && IsAllowed(remote)))
            return next(context);

        if (_toldAt is not { } at || time.GetElapsedTime(at) >= ToldEvery)
        {
            _toldAt = time.GetTimestamp();
            LogRefused(context.Connection.RemoteIpAddress);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync("Only this home's network may connect.\n");
    }

    private bool IsAllowed(IPAddress remote)
    {
        var address = remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote;
        return SpecialRanges.Local.Any(n => n.Contains(address)) || options.Allow.Any(n => n.Contains(address)) || IsOnOwnPrefix(address);
    }

    /// <summary>A LAN may have global IPv6 addresses: those of our own prefixes are neighbours, a prefix of a whole provider is not.</summary>
    private static bool IsOnOwnPrefix(IPAddress address) => MachineInterfaces.Read().Interfaces
        .SelectMany(i => i.Addresses)
        .Any(u => u.Address.AddressFamily == address.AddressFamily
            && u.PrefixLength >= (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? 56 : 20)
            && SamePrefix(u.Address, address, u.PrefixLength));

    internal static bool SamePrefix(IPAddress a, IPAddress b, int length)
    {
        var left = a.GetAddressBytes();
        var right = b.GetAddressBytes();
        for (var bit = 0; bit < length; bit++)
        {
            var mask = 0x80 >> (bit % 8);
            if ((left[bit / 8] & mask) != (right[bit / 8] & mask))
                return false;
        }

        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Page: refused a connection from {Address}: it is not on the LAN (allow its prefix with --web-allow)")]
    private partial void LogRefused(IPAddress? address);
}
