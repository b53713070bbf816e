namespace HomeCloud.Agent.Web.Dns;

/// <param name="Address">Where it is.</param>
/// <param name="Healthy">Whether it is asked now.</param>
/// <param name="LatencyMilliseconds">Smoothed; null before the first answer.</param>
/// <param name="Detail">For a person.</param>
public sealed record DnsUpstreamView(string Address, bool Healthy, double? LatencyMilliseconds, string Detail);
