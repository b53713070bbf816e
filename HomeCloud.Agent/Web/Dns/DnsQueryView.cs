namespace HomeCloud.Agent.Web.Dns;

/// <param name="At">UTC.</param>
/// <param name="Client">Who asked.</param>
/// <param name="Name">Asked name, as text.</param>
/// <param name="Type">A, AAAA, …</param>
/// <param name="Answer">NOERROR, NXDOMAIN, …</param>
/// <param name="Source">at once, or forwarded.</param>
/// <param name="Milliseconds">For forwarded ones; 0 otherwise.</param>
public sealed record DnsQueryView(DateTimeOffset At, string Client, string Name, string Type, string Answer, string Source, double Milliseconds);
