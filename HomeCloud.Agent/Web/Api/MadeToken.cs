namespace HomeCloud.Agent.Web.Api;

/// <param name="Name">What it is for.</param>
/// <param name="Token">The secret itself.</param>
public sealed record MadeToken(string Name, string Token);
