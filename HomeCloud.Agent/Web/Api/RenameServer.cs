namespace HomeCloud.Agent.Web.Api;

/// <param name="Name">The new name.</param>
public sealed record RenameServer(string? Name);
