namespace HomeCloud.Lab.Names;

internal static class ScriptedResponse
{
    private const int NoError = 0;
    private const int ServerFailure = 2;
    private const int NameError = 3;

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

        var truncated = response.Count > limit;
        if (truncated)
            response.RemoveRange(question.Length, response.Count - question.Length);

        // QR, the client's opcode and RD; RA.
        response[2] = (byte)(0x80 | (question[2] & 0x79) | (truncated ? 0x02 : 0));
        response[3] = (byte)(0x80 | code);
        SetCount(response, 6, truncated ? 0 : answers);
        SetCount(response, 8, !truncated && authority ? 1 : 0);
        SetCount(response, 10, 0);
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
