namespace HomeCloud.Agent.Servers.Live;

/// <summary>One TCP port of a server.</summary>
/// <param name="Port">1 to 65535.</param>
/// <param name="Open">Whether it answered when last tried; null when it was not tried.</param>
/// <param name="Url">A link for ports that browsers speak to; null for others.</param>
public sealed record PortView(ushort Port, bool? Open, string? Url);
