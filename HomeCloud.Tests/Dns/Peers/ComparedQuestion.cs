using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>One question in one shape.</summary>
internal sealed record ComparedQuestion(string Name, RecordType Type, string Shape)
{
    public static readonly string[] Shapes = ["plain", "edns", "do", "cd", "ad", "tcp"];

    public bool IsTcp => Shape == "tcp";

    public byte[] Query(ushort id) => DnsMessage.Query(
        Name,
        Type,
        id,
        Shape is "plain" or "tcp" ? 0 : 1232,
        Shape == "do",
        HeaderFlags.RecursionDesired | (Shape == "cd" ? HeaderFlags.CheckingDisabled : 0) | (Shape == "ad" ? HeaderFlags.AuthenticData : 0));

    public override string ToString() => $"{Name} {RecordText.Type(Type)} {Shape}";
}
