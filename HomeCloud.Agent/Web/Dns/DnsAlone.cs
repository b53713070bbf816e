namespace HomeCloud.Agent.Web.Dns;

/// <summary>A feature of connections to addresses of <c>--listen-https</c>: there is no page there.</summary>
internal sealed class DnsAlone;
