namespace HomeCloud.Agent.Web.Security;

/// <summary>A token without its secret.</summary>
public sealed record TokenView(string Name, DateTimeOffset Created);
