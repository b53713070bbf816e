using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace HomeCloud.Agent.Web.Security;

/// <summary>How often one client may try a password: an IPv4 address, or an IPv6 /64.</summary>
internal static class SignInLimit
{
    /// <summary>Name of the policy, for endpoints that check a password.</summary>
    public const string Policy = "sign-in";

    private const int TriesPerMinute = 6;

    public static void AddTo(RateLimiterOptions limits)
    {
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.AddPolicy(Policy, context => RateLimitPartition.GetFixedWindowLimiter(
            ClientGroup.Of(context.Connection.RemoteIpAddress),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = TriesPerMinute, Window = TimeSpan.FromMinutes(1) }));
    }
}
