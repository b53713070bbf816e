using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.ScriptedUpstream;

/// <summary>What a scripted upstream does with a question. Records are text as <see cref="RecordText"/> reads it; an owner of <c>@</c> is the name asked.</summary>
public sealed class ScriptedReply
{
    public ResponseCode Code { get; set; } = ResponseCode.NoError;

    public HeaderFlags Flags { get; set; } = HeaderFlags.RecursionAvailable;

    public List<string> Answers { get; } = [];

    public List<string> Authorities { get; } = [];

    public List<string> Additionals { get; } = [];

    public List<(EdeCode Code, string Text)> Errors { get; } = [];

    /// <summary>Anything out of order: <c>silence</c>, <c>wrong-id</c>, <c>wrong-question</c>, <c>wrong-port</c>, <c>truncate</c>, <c>no-tcp</c>, <c>lower-case</c>, <c>formerr-on-edns</c>, <c>no-edns</c>, <c>garbage</c>, <c>cut</c>, <c>forge-first</c>, <c>flood</c>, <c>pointer-loop</c>, <c>not-a-response</c>, <c>two-questions</c>, <c>trailing</c>, <c>opt-first</c>, <c>edns-silence</c>, <c>udp-silence</c>, <c>tcp-silence</c>, <c>close-after</c>, <c>once</c> (then as if by the next rule).</summary>
    public HashSet<string> Behaviours { get; } = [];

    /// <summary>Gives the whole message, but for what <see cref="Behaviours"/> do to it.</summary>
    public Func<DnsMessage, byte[]>? Whole { get; set; }

    public TimeSpan Delay { get; set; }

    /// <summary>Octets of TXT records added to the answer, to make it long.</summary>
    public int Filler { get; set; }

    public bool Does(string behaviour) => Behaviours.Contains(behaviour);
}
