namespace HomeCloud.Agent.Web.Api;

/// <param name="Name">What it is for.</param>
public sealed record NewToken(string? Name);
