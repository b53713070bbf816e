namespace HomeCloud.Registry;

/// <summary>A service that a name offers, published as SRV (RFC 2782) at <c>_service._protocol.name</c>.</summary>
/// <param name="Service">Service label without underscore, for instance <c>http</c>.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Priority">Lower is tried first.</param>
/// <param name="Weight">Share among equal priorities.</param>
public sealed record ServiceEndpoint(string Service, string Protocol, ushort Port, ushort Priority = 0, ushort Weight = 0);
