namespace HomeCloud.Lab.Names;

internal static class ScriptedResponse
{
    private const int NoError = 0;
    private const int ServerFailure = 2;
    private const int NameError = 3;

    // RFC 6891 §6.1.2: the root, OPT, 1232 octets, DO.
    private static readonly byte[] OptDnssecOk = [0, 0, (byte)RecordKind.Opt, 4, 208, 0, 0, 0x80, 0, 0, 0];

    /// <summary>Writes the response to the header and question in <paramref name="question"/>; truncated when it exceeds <paramref name="limit"/> bytes.</summary>
    public static byte[] Write(ReadOnlySpan<byte> question, string name, RecordKind kind, int limit)
    {
        var response = new List<byte>(question.Length);
        response.AddRange(question);
        var code = Code(name);
        var answers = code == NoError ? WriteAnswers(response, name, kind) : 0;
        var authority = answers == 0 && code != ServerFailure;
        if (authority)
            WireText.WriteRecord(response, "example.com.", RecordKind.Soa, 60, OutsideNames.Soa());

        return Finish(response, question, code, answers, authority ? 1 : 0, [], limit);
    }

    /// <summary>The same for a signed answer.</summary>
    /// <param name="withProofs">Whether the client wants signatures and proofs (DO).</param>
    public static byte[] Write(ReadOnlySpan<byte> question, SignedAnswer answer, bool withProofs, int limit)
    {
        var response = new List<byte>(question.Length);
        response.AddRange(question);
        var answers = WriteSigned(response, answer.Answers, withProofs);
        return Finish(response, question, NoError, answers, WriteSigned(response, answer.Authority, withProofs), withProofs ? OptDnssecOk : [], limit);
    }

    private static int WriteSigned(List<byte> response, IReadOnlyList<SignedRecord> records, bool withProofs)
    {
        var count = 0;
        foreach (var record in records.Where(record => withProofs || record.Kind != RecordKind.Nsec))
        {
            WireText.WriteRecord(response, record.Owner, record.Kind, record.Ttl, record.Data);
            if (withProofs)
                WireText.WriteRecord(response, record.Owner, RecordKind.Rrsig, record.Ttl, record.Signature);
            count += withProofs ? 2 : 1;
        }

        return count;
    }

    private static byte[] Finish(List<byte> response, ReadOnlySpan<byte> question, int code, int answers, int authorities, byte[] opt, int limit)
    {
        var truncated = response.Count + opt.Length > limit;
        if (truncated)
            response.RemoveRange(question.Length, response.Count - question.Length);
        response.AddRange(opt);

        // QR, the client's opcode and RD; RA.
        response[2] = (byte)(0x80 | (question[2] & 0x79) | (truncated ? 0x02 : 0));
        response[3] = (byte)(0x80 | code);
        SetCount(response, 6, truncated ? 0 : answers);
        SetCount(response, 8, truncated ? 0 : authorities);
        SetCount(response, 10, opt.Length > 0 ? 1 : 0);
        return [.. response];
    }

    private static int Code(string name)
    {
        if (name.Equals(OutsideNames.Broken, StringComparison.OrdinalIgnoreCase))
            return ServerFailure;
        return OutsideNames.Exists(name) ? NoError : NameError;
    }

    private static int WriteAnswers(List<byte> response, string name, RecordKind kind)
    {
        var count = 0;
        foreach (var alias in kind == RecordKind.Cname ? [] : OutsideNames.Find(name, RecordKind.Cname))
        {
            WireText.WriteRecord(response, name, RecordKind.Cname, OutsideNames.Ttl, alias);
            name = WireText.ReadName(alias, 0).Name;
            count++;
        }

        foreach (var data in OutsideNames.Find(name, kind))
        {
            WireText.WriteRecord(response, name, kind, OutsideNames.Ttl, data);
            count++;
        }

        return count;
    }

    private static void SetCount(List<byte> response, int at, int count)
    {
        response[at] = (byte)(count >> 8);
        response[at + 1] = (byte)count;
    }
}
