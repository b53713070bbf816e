using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.ScriptedUpstream;

/// <summary>Writes what a scripted upstream sends, in order or out of it.</summary>
internal static class ReplyComposer
{
    /// <returns>Datagrams or frames to send, in this order.</returns>
    public static List<byte[]> Compose(DnsMessage query, ScriptedReply reply, bool stream)
    {
        if (reply.Does("formerr-on-edns") && query.HasEdns)
            return [Plain(query, ResponseCode.FormatError)];
        var message = reply.Whole?.Invoke(query) ?? Write(query, reply);
        var limit = query.HasEdns && !reply.Does("no-edns") ? Math.Max(query.UdpSize, 512) : 512;
        if (!stream && (reply.Does("truncate") || (message.Length > limit && !reply.Does("oversize"))))
            message = Truncate(query, message);
        if (reply.Does("cut"))
            message = message[..(message.Length - 3)];
        if (reply.Does("garbage"))
            message = [.. message[..12], .. Enumerable.Repeat((byte)0xFF, 40)];
        if (reply.Does("trailing"))
            message = [.. message, 1, 2, 3, 4];
        if (reply.Does("wrong-id"))
            message = WithId(message, (ushort)(query.Id + 1));
        if (reply.Does("not-a-response"))
            message[2] &= 0x7F;
        if (reply.Does("two-questions"))
            message[5] = 2;
        if (reply.Does("lower-case"))
            DnsName.Fold(message.AsSpan(12, DnsName.Measure(message.AsSpan(12))));
        if (reply.Does("wrong-question"))
            message[13] ^= 0x01;
        if (reply.Does("forge-first"))
            return [WithId(Forged(query), (ushort)(query.Id ^ 0x5555)), message];
        if (reply.Does("flood"))
            return [.. Enumerable.Range(1, 40).Select(i => WithId(Forged(query), (ushort)(query.Id + i)))];
        return [message];
    }

    /// <summary>What an attacker would send: an answer of its own.</summary>
    public static byte[] Forged(DnsMessage query)
    {
        var reply = new ScriptedReply();
        reply.Answers.Add("@ 86400 A 203.0.113.66");
        return Write(query, reply);
    }

    private static byte[] Write(DnsMessage query, ScriptedReply reply)
    {
        var octets = new List<byte>(query.Octets[..12]);
        var question = query.Octets[12..(12 + DnsName.Measure(query.Octets.AsSpan(12)) + 4)];
        octets.AddRange(question);
        var answers = reply.Answers.Select(text => Record(text, query.Name)).ToList();
        for (var left = reply.Filler; left > 0; left -= 200)
            answers.Add(Record($"@ 60 TXT {new string('x', Math.Min(left, 200))}", query.Name));
        if (reply.Does("pointer-loop"))
            answers.Add([0xC0, (byte)octets.Count, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
        var withOpt = query.HasEdns && !reply.Does("no-edns");
        foreach (var answer in answers)
            octets.AddRange(answer);
        foreach (var text in reply.Authorities)
            octets.AddRange(Record(text, query.Name));
        if (withOpt && reply.Does("opt-first"))
            octets.AddRange(Opt(reply));
        foreach (var text in reply.Additionals)
            octets.AddRange(Record(text, query.Name));
        if (withOpt && !reply.Does("opt-first"))
            octets.AddRange(Opt(reply));

        var message = octets.ToArray();
        var flags = HeaderFlags.Response | reply.Flags | (query.Flags & (HeaderFlags.RecursionDesired | HeaderFlags.CheckingDisabled)) | (HeaderFlags)((int)reply.Code & 15);
        MessageHeader.SetFlags(message, flags);
        MessageHeader.SetCounts(message, 1, answers.Count, reply.Authorities.Count, reply.Additionals.Count + (withOpt ? 1 : 0));
        return message;
    }

    private static byte[] Opt(ScriptedReply reply)
    {
        var buffer = new byte[512];
        OptRecordWriter.TryBegin(buffer, 1232, reply.Code, false, out var opt);
        foreach (var (code, text) in reply.Errors)
            opt.TryWriteExtendedError(code, System.Text.Encoding.UTF8.GetBytes(text));
        return buffer[..opt.Length];
    }

    // Owners equal to the question are compressed, as every server does.
    private static byte[] Record(string text, string asked)
    {
        var encoded = RecordText.Encode(text.StartsWith('@') ? asked + text[1..] : text);
        var owner = DnsName.Measure(encoded);
        return text.StartsWith('@') ? [0xC0, 12, .. encoded[owner..]] : encoded;
    }

    private static byte[] Plain(DnsMessage query, ResponseCode code)
    {
        byte[] message = [.. query.Octets[..12]];
        MessageHeader.SetFlags(message, HeaderFlags.Response | (HeaderFlags)code);
        MessageHeader.SetCounts(message, 0, 0, 0, 0);
        return message;
    }

    private static byte[] Truncate(DnsMessage query, byte[] message)
    {
        var cut = message[..(12 + DnsName.Measure(query.Octets.AsSpan(12)) + 4)];
        cut[2] |= 0x02;
        MessageHeader.SetCounts(cut, 1, 0, 0, 0);
        return cut;
    }

    private static byte[] WithId(byte[] message, ushort id)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        return message;
    }
}
