using FsCheck;
using FsCheck.Fluent;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Caching;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Forwarding.Channels;

public sealed class QueryWriterTests
{
    [Fact]
    public void What_is_written_can_be_read_and_its_own_reply_matches() =>
        Prop.ForAll(Gen.Choose(0, 31).ToArbitrary(), Gen.Choose(1, 60).ToArbitrary(), (bits, labels) =>
        {
            var question = new CacheQuestion(
                DnsName.Parse(string.Join('.', Enumerable.Range(0, labels).Select(i => $"{(char)('a' + (i % 26))}{i}")) + "."),
                RecordType.Aaaa,
                RecordClass.Internet,
                (QuestionVariant)(bits & 7));
            var buffer = new byte[QueryWriter.MaxSize];
            var shape = new QueryShape(Edns: (bits & 8) != 0, UdpSize: 1232, MixCase: (bits & 16) != 0, Padded: (bits & 8) != 0);
            var length = QueryWriter.Write(buffer, question, 0xBEEF, shape);
            var message = DnsMessage.Parse(buffer.AsSpan(0, length));
            var reply = buffer[..length];
            reply[2] |= 0x80;

            return string.Equals(message.Name, DnsName.ToText(question.Name), StringComparison.OrdinalIgnoreCase)
                && message.HasEdns == shape.Edns
                && message.DnssecOk == (shape.Edns && (question.Variant & QuestionVariant.DnssecOk) != 0)
                && message.Has(HeaderFlags.RecursionDesired) == ((question.Variant & QuestionVariant.NonRecursive) == 0)
                && message.Has(HeaderFlags.CheckingDisabled) == ((question.Variant & QuestionVariant.CheckingDisabled) != 0)
                && (!shape.Padded || length % 128 == 0)
                && ReplyMatcher.Check(buffer.AsSpan(0, length), reply, exactCase: true) == ReplyMatch.Match;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("id", ReplyMatch.Mismatch)]
    [InlineData("query", ReplyMatch.Mismatch)]
    [InlineData("opcode", ReplyMatch.Mismatch)]
    [InlineData("name", ReplyMatch.Mismatch)]
    [InlineData("type", ReplyMatch.Mismatch)]
    [InlineData("short", ReplyMatch.Mismatch)]
    [InlineData("case", ReplyMatch.CaseDiffers)]
    [InlineData("formerr", ReplyMatch.ErrorWithoutQuestion)]
    [InlineData("noquestion", ReplyMatch.Mismatch)]
    public void Each_difference_is_told(string change, object expected)
    {
        var question = ResponseBytes.Question("www.example.");
        var query = new byte[QueryWriter.MaxSize];
        var length = QueryWriter.Write(query, question, 7, new QueryShape(false, 0, false, false));
        query = query[..length];
        var reply = query.ToArray();
        reply[2] |= 0x80;
        switch (change)
        {
            case "id": reply[1] ^= 1; break;
            case "query": reply[2] &= 0x7F; break;
            case "opcode": reply[2] |= 0x10; break;
            case "name": reply[14] ^= 1; break;
            case "type": reply[length - 3] ^= 1; break;
            case "short": reply = reply[..(length - 1)]; break;
            case "case": reply[13] ^= 0x20; break;
            case "formerr": reply = [.. reply[..3], 1, 0, 0, 0, 0, 0, 0, 0, 0]; break;
            default: reply = [.. reply[..4], 0, 0, 0, 0, 0, 0, 0, 0]; break;
        }

        ReplyMatcher.Check(query, reply, exactCase: true).Should().Be((ReplyMatch)expected);
    }

    [Fact]
    public void Letter_case_is_mixed_at_random_and_nothing_else_changes()
    {
        var name = DnsName.Parse("abcdefghijklmnopqrstuvwxyz-0123456789.abcdefghijklmnop.");
        var variants = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            var mixed = name.ToArray();
            LetterCase.Mix(mixed);
            DnsName.EqualsIgnoreCase(mixed, name).Should().BeTrue();
            variants.Add(DnsName.ToText(mixed));
        }

        variants.Should().HaveCount(50);
    }
}
