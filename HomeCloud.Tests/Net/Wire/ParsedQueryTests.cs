using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Net.Wire;

public class ParsedQueryTests
{
    private const string Plain = """
        12 34 01 30 00 01 00 00 00 00 00 00 ; id, RD AD CD, one question
        07 "AirPlay" 04 "hOMe" 00 00 1C 00 01
        """;

    private const string WithEdns = """
        12 34 01 00 00 01 00 00 00 00 00 01 ; id, RD, one question, one additional
        <airplay.home.> 00 01 00 01
        00 00 29 10 00 00 00 80 00 00 20    ; OPT, 4096, version 0, DO, 32 octets of options
        00 0A 00 18 01 02 03 04 05 06 07 08 ; COOKIE: client
          01 00 00 00 0A 0B 0C 0D 11 12 13 14 15 16 17 18 ; and server
        00 03 00 00                         ; NSID
        """;

    [Fact]
    public void A_plain_question_is_read_and_folded()
    {
        var message = WireBytes.Parse(Plain);
        ParsedQuery.TryRead(message, new byte[255], out var query).Should().Be(QueryParseResult.Query);
        query.Id.Should().Be(0x1234);
        query.Flags.Should().Be(HeaderFlags.RecursionDesired | HeaderFlags.AuthenticData | HeaderFlags.CheckingDisabled);
        DnsName.ToText(query.Name).Should().Be("airplay.home.");
        (query.Type, query.Class, query.QuestionEnd).Should().Be((RecordType.Aaaa, RecordClass.Internet, message.Length));
        query.Edns.Present.Should().BeFalse();
        message[13].Should().Be((byte)'A', "the message itself keeps its case");
    }

    [Fact]
    public void Edns_is_read_with_the_options_a_server_acts_on()
    {
        ParsedQuery.TryRead(WireBytes.Parse(WithEdns), new byte[255], out var query).Should().Be(QueryParseResult.Query);
        query.Edns.Should().Be(new EdnsQuery
        {
            Present = true,
            UdpSize = 4096,
            DnssecOk = true,
            RecordOffset = 30,
            OptionsOffset = 41,
            OptionsLength = 32,
            WantsNsid = true,
            HasCookie = true,
            ClientCookie = 0x0102030405060708,
            ServerCookieLength = 16,
            ServerCookieHigh = 0x010000000A0B0C0D,
            ServerCookieLow = 0x1112131415161718,
        });
    }

    [Theory]
    [InlineData(Plain)]
    [InlineData(WithEdns)]
    public void Every_truncated_prefix_fails_to_parse(string annotated)
    {
        var message = WireBytes.Parse(annotated);
        for (var length = 0; length < message.Length; length++)
        {
            ParsedQuery.TryRead(message.AsSpan(0, length), new byte[255], out _)
                .Should().Be(length < 12 ? QueryParseResult.NotAQuery : QueryParseResult.FormatError, $"{length} of {message.Length} octets are not a query");
        }
    }

    [Theory]
    [InlineData("12 34 81 00 00 01 00 00 00 00 00 00 <home.> 00 01 00 01", QueryParseResult.NotAQuery, "a response")]
    [InlineData("12 34 01 00 00 00 00 00 00 00 00 00", QueryParseResult.FormatError, "no question, RFC 9619")]
    [InlineData("12 34 01 00 00 02 00 00 00 00 00 00 <home.> 00 01 00 01 <home.> 00 01 00 01", QueryParseResult.FormatError, "two questions, RFC 9619")]
    [InlineData("12 34 01 00 00 01 00 00 00 00 00 00 C0 0C 00 01 00 01", QueryParseResult.FormatError, "a pointer as QNAME")]
    [InlineData("12 34 01 00 00 01 00 00 00 00 00 00 <home.> 00 01 00 01 00", QueryParseResult.FormatError, "an octet too many")]
    [InlineData("12 34 01 00 00 01 00 00 00 00 00 02 <home.> 00 01 00 01 00 00 29 10 00 00 00 00 00 00 00 00 00 29 10 00 00 00 00 00 00 00", QueryParseResult.FormatError, "two OPT records, RFC 6891 §6.1.1")]
    [InlineData("12 34 01 00 00 01 00 01 00 00 00 00 <home.> 00 01 00 01 00 00 29 10 00 00 00 00 00 00 00", QueryParseResult.FormatError, "OPT among the answers")]
    [InlineData("12 34 01 00 00 01 00 00 00 00 00 01 <home.> 00 01 00 01 01 61 00 00 29 10 00 00 00 00 00 00 00", QueryParseResult.FormatError, "OPT not at the root")]
    [InlineData("12 34 01 00 00 01 00 00 00 00 00 01 <home.> 00 01 00 01 00 00 29 10 00 00 00 00 00 00 05 00 0A 00 01 FF", QueryParseResult.FormatError, "a cookie of one octet, RFC 7873 §5.2.2")]
    [InlineData("12 34 01 00 00 01 00 00 00 00 00 01 <home.> 00 01 00 01 00 00 29 10 00 00 00 00 00 00 05 00 63 00 02 FF", QueryParseResult.FormatError, "an option cut off")]
    [InlineData("12 34 01 00 00 01 00 00 00 00 00 01 <home.> 00 01 00 01 00 00 29 10 00 00 00 00 00 00 05 FD E9 00 01 FF", QueryParseResult.Query, "an unknown option, RFC 6891 §6.1.2")]
    [InlineData("12 34 00 00 00 00 00 00 00 00 00 01 00 00 29 10 00 00 00 00 00 00 0C 00 0A 00 08 01 02 03 04 05 06 07 08", QueryParseResult.Query, "a request for a server cookie, RFC 7873 §5.4")]
    [InlineData("12 34 28 00 00 01 00 00 00 01 00 00 <home.> 00 06 00 01 <x.home.> 00 01 00 01 00 00 00 00 00 04 01 02 03 04", QueryParseResult.Query, "an UPDATE is well-formed too")]
    public void Shapes_are_told_apart(string annotated, QueryParseResult expected, string why) =>
        ParsedQuery.TryRead(WireBytes.Parse(annotated), new byte[255], out _).Should().Be(expected, why);

    [Fact]
    public void A_question_that_was_readable_survives_what_follows()
    {
        var message = WireBytes.Parse("12 34 01 00 00 01 00 00 00 00 00 01 <home.> 00 01 00 01 00");
        ParsedQuery.TryRead(message, new byte[255], out var query).Should().Be(QueryParseResult.FormatError);
        (query.QuestionCount, query.QuestionEnd).Should().Be((1, 22));
    }

    [Fact]
    public void Mutated_queries_never_throw()
    {
        var random = new Random(20260);
        var seeds = new[] { WireBytes.Parse(Plain), WireBytes.Parse(WithEdns) };
        Span<byte> name = stackalloc byte[255];
        for (var i = 0; i < 100_000; i++)
        {
            var message = (byte[])seeds[i % 2].Clone();
            for (var flips = random.Next(1, 5); flips > 0; flips--)
                message[random.Next(message.Length)] = (byte)random.Next(256);
            var length = random.Next(10) == 0 ? random.Next(message.Length) : message.Length;
            if (ParsedQuery.TryRead(message.AsSpan(0, length), name, out var query) == QueryParseResult.Query)
                query.QuestionEnd.Should().BeInRange(12, length);
        }
    }
}
