namespace HomeCloud.Agent.Web.Api;

/// <param name="Password">The page's password.</param>
/// <param name="Key">The one-time key, when setting it.</param>
public sealed record SignIn(string? Password, string? Key = null);
