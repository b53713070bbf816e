using System.Net;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.ScriptedUpstream;

/// <summary>A query that reached a scripted upstream.</summary>
/// <param name="Transport"><c>udp</c>, <c>tcp</c>, <c>tls</c> or <c>https</c>.</param>
/// <param name="From">Its source.</param>
/// <param name="Message">Its content.</param>
public sealed record SeenQuestion(string Transport, IPEndPoint From, DnsMessage Message)
{
    public RecordType Type => Message.Type;
}
