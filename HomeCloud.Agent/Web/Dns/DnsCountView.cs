namespace HomeCloud.Agent.Web.Dns;

/// <param name="Name">A name or a client's address. Names come from clients: show them as text.</param>
/// <param name="Count">Queries, of late.</param>
public sealed record DnsCountView(string Name, long Count);
