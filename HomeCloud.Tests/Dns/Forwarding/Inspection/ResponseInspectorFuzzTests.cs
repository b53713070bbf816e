using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Caching;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Forwarding.Inspection;

/// <summary>Mutated replies: whatever they hold, nothing is thrown, nothing unrelated is kept, and what is kept can be read.</summary>
public sealed class ResponseInspectorFuzzTests
{
    private const int Seed = 20_261_122;

    [Fact]
    public void Short() => Run(100_000);

    [Fact]
    [Trait("Category", "Long")]
    public void Long() => Run(3_000_000);

    private static void Run(int rounds)
    {
        var random = new Random(Seed);
        var question = ResponseBytes.Question("www.example.");
        var builder = new CachedResponseBuilder(new CacheOptions());
        var rebind = new RebindPolicy([]);
        var bases = Bases(question);
        var usable = 0;
        for (var i = 0; i < rounds; i++)
        {
            var reply = Mutate(bases[random.Next(bases.Length)].ToArray(), random);
            byte[] sent = [.. reply];
            var inspected = ResponseInspector.Inspect(reply, question, rebind);
            if (inspected.Verdict != ResponseVerdict.Usable)
                continue;
            usable++;
            var because = $"round {i} sent {Convert.ToHexString(sent)}";
            var response = builder.Build(question, inspected.Message, inspected.Code, inspected.Options, 0, 1_000);
            response.Should().NotBeNull(because);
            var copy = new byte[response!.MessageLength];
            response.Message.CopyTo(copy);
            response.CopyRecordsTo(copy, 1);
            foreach (var answer in DnsMessage.Parse(copy).Answers)
                Owner(answer).Should().BeOneOf(Believed(copy), because);
        }

        usable.Should().BeGreaterThan(rounds / 20, "the fuzz must reach behind the parser");
    }

    private static byte[][] Bases(CacheQuestion question) =>
    [
        ResponseBytes.Message(question, ResponseCode.NoError, ["www.example. 300 A 192.0.2.1", "www.example. 300 A 192.0.2.2"], []),
        ResponseBytes.Message(question, ResponseCode.NoError, ["www.example. 300 CNAME web.example.", "web.example. 60 A 192.0.2.1", "evil.test. 60 A 203.0.113.1"], ["example. 60 NS ns.example."]),
        ResponseBytes.Message(question, ResponseCode.NameError, [], ["example. 300 SOA ns.example. root.example. 1 2 3 4 60"]),
        Compressed(question),
    ];

    private static byte[] Compressed(CacheQuestion question)
    {
        byte[] message = [.. DnsMessage.Query(DnsName.ToText(question.Name), question.Type, edns: 0), 0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4, 1, (byte)'a', 0xC0, 16, 0xC0, 41, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1];
        MessageHeader.SetFlags(message, HeaderFlags.Response);
        MessageHeader.SetCounts(message, 1, 2, 0, 0);
        return message;
    }

    private static byte[] Mutate(byte[] message, Random random)
    {
        var questionEnd = 12 + DnsName.Measure(message.AsSpan(12)) + 4;
        var changes = random.Next(0, 4);
        for (var i = 0; i < changes; i++)
        {
            switch (random.Next(5))
            {
                case 0:
                    message[random.Next(questionEnd, message.Length)] = (byte)random.Next(256);
                    break;
                case 1:
                    message[random.Next(questionEnd, message.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    message[random.Next(6, 12)] = (byte)random.Next(4);
                    break;
                case 3 when message.Length > questionEnd + 2:
                    message = message[..random.Next(questionEnd + 1, message.Length)];
                    break;
                default:
                    message = [.. message, .. message[random.Next(questionEnd, message.Length)..]];
                    break;
            }
        }

        return message;
    }

    // The question, and the targets of aliases and DNAMEs that are in the answer.
    private static IEnumerable<string> Believed(byte[] message) => DnsMessage.Parse(message).Answers
        .Select(answer => answer.Split(' '))
        .SelectMany(words => words[2] is "CNAME" ? (string[])[words[3].ToLowerInvariant()] : words[2] is "DNAME" or "RRSIG" ? [words[0].ToLowerInvariant()] : [])
        .Append("www.example.");

    private static string Owner(string record) => record.Split(' ')[0].ToLowerInvariant();
}
