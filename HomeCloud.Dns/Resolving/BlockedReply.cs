using System.Text;
using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving;

/// <summary>The answer for a blocked name, in the way that <see cref="BlockingOptions.Answer"/> says, with list and rule as Extended DNS Error 15 (RFC 8914 §4.16); for a search engine the safe one, with error 4 (§4.5).</summary>
internal sealed class BlockedReply(EdnsResponder edns, BlockedNames names)
{
    /// <summary>Short: what a person allows works again at once.</summary>
    public const uint Ttl = 10;

    private const int MaxText = 200;

    private static readonly byte[] SoaData = StartOfAuthority.Data(DnsName.Parse("localhost"), DnsName.Parse("blocked.invalid"), 1, 3600, 1200, 604_800, Ttl);

    /// <param name="buffer">The question as asked already stands behind the header.</param>
    /// <param name="questionEnd">Where it ends.</param>
    /// <param name="foldedName">The name in it.</param>
    /// <param name="type">The type in it.</param>
    /// <param name="terms">What the asker laid down.</param>
    /// <param name="block">Why.</param>
    /// <returns>Octets of the answer.</returns>
    public int Write(Span<byte> buffer, int questionEnd, ReadOnlySpan<byte> foldedName, RecordType type, in ReplyTerms terms, in BlockedBy block)
    {
        block.Verdict.List!.Add();
        var how = names.Answer;
        buffer = buffer[..edns.MaxLength(terms, buffer.Length)];
        var writer = new MessageWriter(buffer[..^edns.Reserve(terms)], questionEnd);
        var code = how == BlockAnswer.NameError ? ResponseCode.NameError : ResponseCode.NoError;
        var flags = terms.ResponseFlags;
        ReadOnlySpan<byte> question = [0xC0, MessageHeader.Size];
        if (block.Engine is { } engine)
        {
            code = WriteSafe(ref writer, question, type, engine);
        }
        else if (how == BlockAnswer.Zero)
        {
            if (type is RecordType.A or RecordType.Any)
                writer.TryWriteRecord(Section.Answer, question, RecordType.A, RecordClass.Internet, Ttl, [0, 0, 0, 0]);
            if (type is RecordType.Aaaa or RecordType.Any)
                writer.TryWriteRecord(Section.Answer, question, RecordType.Aaaa, RecordClass.Internet, Ttl, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        }

        if (writer.AnswerCount == 0 && code != ResponseCode.ServerFailure && !writer.TryWriteRecord(Section.Authority, question, RecordType.Soa, RecordClass.Internet, Ttl, SoaData))
            flags |= HeaderFlags.Truncated;
        MessageHeader.SetId(buffer, terms.Id);
        var length = writer.Finish(flags | (HeaderFlags)((ushort)code & 0xF));
        if (!terms.Edns.Present)
            return length;
        Span<byte> text = stackalloc byte[MaxText];
        var opt = edns.Write(buffer, length, terms, code, block.Engine is null ? EdeCode.Blocked : EdeCode.ForgedAnswer, text[..WriteText(text, foldedName, block)]);
        if (opt > 0)
            MessageHeader.SetCounts(buffer, 1, writer.AnswerCount, writer.AuthorityCount, 1);
        return length + opt;
    }

    // All addresses stand in the answer: few stubs follow an alias by themselves.
    private static ResponseCode WriteSafe(ref MessageWriter writer, ReadOnlySpan<byte> question, RecordType type, SafeEngine engine)
    {
        if (!engine.IsKnown)
            return ResponseCode.ServerFailure;
        if (type is not (RecordType.A or RecordType.Aaaa or RecordType.Cname) || (type != RecordType.Cname && engine.Of(type).Length == 0))
            return ResponseCode.NoError;
        writer.TryWriteRecord(Section.Answer, question, RecordType.Cname, RecordClass.Internet, Ttl, engine.Name);
        foreach (var address in engine.Of(type))
            writer.TryWriteRecord(Section.Answer, engine.Name, type, RecordClass.Internet, Ttl, address);
        return ResponseCode.NoError;
    }

    // "list ads of group kids: tracker.example and all below it, which this name leads to"
    private static int WriteText(Span<byte> text, ReadOnlySpan<byte> foldedName, in BlockedBy block)
    {
        var length = 0;
        Append(text, ref length, "list "u8);
        length += Encoding.ASCII.GetBytes(block.Verdict.List!.Name, text[length..]);
        if (block.Group is { } group)
        {
            Append(text, ref length, " of group "u8);
            length += Encoding.ASCII.GetBytes(group, text[length..]);
        }

        Append(text, ref length, ": "u8);
        if (block.Engine is { } engine)
        {
            AppendName(text, ref length, engine.Name);
            return length;
        }

        AppendName(text, ref length, (block.Target ?? foldedName)[block.Verdict.Above..]);
        if (block.Verdict.IsBelow)
            Append(text, ref length, " and all below it"u8);
        if (block.Target is not null)
            Append(text, ref length, ", which this name leads to"u8);
        return length;
    }

    // Names in lists are letters, digits, '-' and '_'; so is what matched one.
    private static void AppendName(Span<byte> text, ref int length, ReadOnlySpan<byte> name)
    {
        var start = length;
        for (; name[0] != 0; name = name[(name[0] + 1)..])
        {
            if (length > start)
                Append(text, ref length, "."u8);
            Append(text, ref length, name.Slice(1, name[0]));
        }
    }

    private static void Append(Span<byte> text, ref int length, ReadOnlySpan<byte> octets)
    {
        octets = octets[..Math.Min(octets.Length, text.Length - length)];
        octets.CopyTo(text[length..]);
        length += octets.Length;
    }
}
