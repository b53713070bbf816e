using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace HomeCloud.Agent.Web.Security;

/// <summary><c>Authorization: Bearer hc_…</c>.</summary>
internal sealed class TokenAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenBook tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return Task.FromResult(AuthenticateResult.NoResult());

        return Task.FromResult(tokens.Find(header[Prefix.Length..].Trim()) is { } name
            ? AuthenticateResult.Success(new AuthenticationTicket(Callers.Principal(Callers.TokenPrincipalName(name), Callers.Token), Callers.Token))
            : AuthenticateResult.Fail("Unknown token."));
    }
}
