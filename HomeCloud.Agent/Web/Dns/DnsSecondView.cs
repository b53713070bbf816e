namespace HomeCloud.Agent.Web.Dns;

/// <param name="At">Unix time in seconds.</param>
/// <param name="AtOnce">Answered from our zones or the cache.</param>
/// <param name="Forwarded">Answered by an upstream.</param>
/// <param name="Failed">SERVFAIL and worse.</param>
public sealed record DnsSecondView(long At, int AtOnce, int Forwarded, int Failed);
