namespace HomeCloud.Agent.Web.Api;

/// <param name="Password">The page's password.</param>
/// <param name="Key">The one-time key, when setting it.</param>
public sealed record SignIn(string? Password, string? Key = null);

/// <param name="Current">The password until now.</param>
/// <param name="Password">The one from now on.</param>
public sealed record NewPassword(string? Current, string? Password);
