using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Scenarios;

/// <summary>
/// What clients depend on in each answer, whatever part of the server wrote it. Every answer of every scenario is held to it, so that a new way to
/// answer cannot forget: systemd-resolved takes a server that leaves OPT out for one without EDNS; 262 asks once on SERVFAIL
/// with an Extended DNS Error, three times without; nobody may keep a NODATA without SOA (RFC 2308 §5).
/// </summary>
internal static class AnswerRules
{
    public static void Hold(ReadOnlySpan<byte> query, ReadOnlySpan<byte> response)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var parsed = ParsedQuery.TryRead(query, name, out var asked);
        if (parsed == QueryParseResult.NotAQuery)
            return;
        var answer = DnsMessage.Parse(response);

        // What cannot be read may have an OPT record behind it.
        if (parsed == QueryParseResult.Query)
            answer.HasEdns.Should().Be(asked.Edns.Present, $"OPT comes exactly to those who sent one (RFC 6891 §6.1.1), and the answer is {answer}");
        if (answer.Code == ResponseCode.ServerFailure && answer.HasEdns)
            answer.Errors.Should().NotBeEmpty($"SERVFAIL says why, and the answer is {answer}");
        var isReferral = answer.Authorities.Exists(record => record.Contains(" NS ", StringComparison.Ordinal));
        if (parsed == QueryParseResult.Query && IsForData(asked) && IsNoData(answer) && !isReferral)
            answer.Authorities.Should().Contain(record => record.Contains(" SOA ", StringComparison.Ordinal), $"NODATA comes with SOA, and the answer is {answer}");
    }

    public static bool IsNoData(DnsMessage answer) =>
        answer.Code == ResponseCode.NoError && !answer.Has(HeaderFlags.Truncated) && answer.Answers.TrueForAll(record => record.Contains(" CNAME ", StringComparison.Ordinal));

    private static bool IsForData(in ParsedQuery asked) => asked is
    {
        QuestionCount: 1, Opcode: Opcode.Query, Class: RecordClass.Internet,
        Type: not (RecordType.Cname or RecordType.Any or RecordType.Opt) and not (>= RecordType.Tkey and < RecordType.Any),
    };
}
