namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>How one query is written for one upstream.</summary>
/// <param name="Edns">With an OPT record.</param>
/// <param name="UdpSize">The UDP answer size it offers.</param>
/// <param name="MixCase">With random letter case.</param>
/// <param name="Padded">With padding (RFC 8467).</param>
internal readonly record struct QueryShape(bool Edns, int UdpSize, bool MixCase, bool Padded);
