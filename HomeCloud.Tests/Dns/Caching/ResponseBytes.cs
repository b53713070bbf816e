using HomeCloud.Dns.Caching;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Caching;

/// <summary>Responses for cache tests.</summary>
internal static class ResponseBytes
{
    public static CacheQuestion Question(string name, RecordType type = RecordType.A)
    {
        var wire = DnsName.Parse(name);
        DnsName.Fold(wire);
        return new CacheQuestion(wire, type, RecordClass.Internet, QuestionVariant.None);
    }

    public static byte[] Message(CacheQuestion question, ResponseCode code, string[] answers, string[] authorities)
    {
        var octets = new List<byte>(DnsMessage.Query(DnsName.ToText(question.Name), question.Type, edns: 0));
        foreach (var text in answers.Concat(authorities))
            octets.AddRange(RecordText.Encode(text));
        var message = octets.ToArray();
        MessageHeader.SetFlags(message, HeaderFlags.Response | (HeaderFlags)code);
        MessageHeader.SetCounts(message, 1, answers.Length, authorities.Length, 0);
        return message;
    }

    public static CachedResponse Address(CacheOptions options, string name, long now, uint ttl = 300)
    {
        var question = Question(name);
        return new CachedResponseBuilder(options).Build(question, Message(question, ResponseCode.NoError, [$"{name} {ttl} A 192.0.2.1"], []), ResponseCode.NoError, [], 0, now)!;
    }

    public static CachedResponse? Find(this AnswerCache cache, CacheQuestion question) =>
        cache.Find(question.Hash, question.Name, question.Type, question.Class, question.Variant);
}
