namespace HomeCloud.Agent.Web.Dns;

/// <param name="BelowMilliseconds">Upper bound of the class.</param>
/// <param name="Count">Queries in it.</param>
public sealed record DnsLatencyView(double BelowMilliseconds, long Count);
