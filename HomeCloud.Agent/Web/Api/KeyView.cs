namespace HomeCloud.Agent.Web.Api;

/// <param name="Key">A line of an authorized_keys file, without options.</param>
public sealed record KeyView(string? Key);
