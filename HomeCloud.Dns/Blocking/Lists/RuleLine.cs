using System.Buffers;
using System.Text;

namespace HomeCloud.Dns.Blocking.Lists;

/// <summary>
/// One line of a list: hosts format, a plain name, a wildcard, an Adblock rule for whole names, or a record of a response policy
/// zone (draft-vixie-dnsop-dns-rpz). Only the policy zone makes a line depend on those before it.
/// </summary>
internal sealed class RuleLine
{
    private static readonly SearchValues<byte> InAddresses = SearchValues.Create("0123456789abcdefABCDEF:."u8);
    private static readonly SearchValues<byte> InIpv4 = SearchValues.Create("0123456789."u8);

    private byte[] _origin = [];
    private byte[] _owner = [];
    private bool _isInParentheses;

    // What the line still has to say: blanks between names, with one kind for all.
    private byte[] _text = new byte[256];
    private int _length;
    private int _position;
    private RuleKinds _kinds;

    public LineKind Kind { get; private set; }

    /// <summary>Whether a name of one label means a top-level domain.</summary>
    public bool MayBeTopLevel { get; private set; }

    /// <summary>Such lines also name the machine itself and its broadcast address, which are understood and no rules.</summary>
    public bool IsHostsLine { get; private set; }

    public void Begin(ReadOnlySpan<byte> line)
    {
        (Kind, MayBeTopLevel, IsHostsLine, _length, _position) = (LineKind.Nothing, false, false, 0, 0);
        var isContinued = line is [(byte)' ' or (byte)'\t', ..];
        line = line.Trim(" \t\r"u8);
        if (line.IsEmpty)
            return;
        if (_isInParentheses)
        {
            _isInParentheses = line.IndexOf((byte)')') < 0;
            return;
        }

        switch (line[0])
        {
            case (byte)'#' or (byte)'!' or (byte)';' or (byte)'[':
                return;
            case (byte)'|' or (byte)'@' when line.StartsWith("||"u8) || line.StartsWith("@@"u8):
                Adblock(line);
                return;
            case (byte)'|' or (byte)'/':
                Kind = LineKind.LeftOut;
                return;
            case (byte)'$':
                Directive(line);
                return;
        }

        var word = Word(line, 0, out var next);
        if (next == line.Length && !isContinued)
            Single(word);
        else if (IsAddress(word))
            Hosts(word, line[next..]);
        else if (!PolicyRecord(line, isContinued))
            WithComment(word, line[next..]);
    }

    /// <summary>The next name of the line, as it is written.</summary>
    public bool TryTake(out ReadOnlySpan<byte> name, out RuleKinds kinds)
    {
        kinds = _kinds;
        name = Word(_text.AsSpan(0, _length), _position, out _position);
        return !name.IsEmpty;
    }

    private void Say(ReadOnlySpan<byte> names, RuleKinds kinds)
    {
        if (names.Length > _text.Length)
            _text = new byte[names.Length];
        names.CopyTo(_text);
        (_length, _kinds, Kind) = (names.Length, kinds, LineKind.Rule);
    }

    // "*.example.org" means the name too in the lists that are written so; in a policy zone it does not.
    private void Single(ReadOnlySpan<byte> word)
    {
        if (word.StartsWith("*."u8))
        {
            MayBeTopLevel = true;
            Say(word[2..], RuleKinds.Blocks);
        }
        else if (word.IndexOf("##"u8) >= 0 || word.IndexOf("#@#"u8) >= 0 || word.IndexOf("#?#"u8) >= 0 || word.IndexOf("#$#"u8) >= 0 || word.IndexOfAny("/^$"u8) >= 0)
        {
            Kind = LineKind.LeftOut;
        }
        else
        {
            Say(word, RuleKinds.BlocksName);
        }
    }

    private void WithComment(ReadOnlySpan<byte> word, ReadOnlySpan<byte> rest)
    {
        if (rest.TrimStart(" \t"u8) is [] or [(byte)'#' or (byte)';', ..])
            Single(word);
        else if (word.IndexOf("##"u8) >= 0 || rest.IndexOf("##"u8) >= 0)
            Kind = LineKind.LeftOut;
        else
            Kind = LineKind.Unknown;
    }

    // hosts(5). An address that leads somewhere is a redirection, which is not ours to follow.
    private void Hosts(ReadOnlySpan<byte> address, ReadOnlySpan<byte> names)
    {
        if (!IsNowhere(address))
        {
            Kind = LineKind.LeftOut;
            return;
        }

        var comment = names.IndexOf((byte)'#');
        IsHostsLine = true;
        Say(comment < 0 ? names : names[..comment], RuleKinds.BlocksName);
    }

    private static bool IsAddress(ReadOnlySpan<byte> word)
    {
        var zone = word.IndexOf((byte)'%');
        return (zone < 0 ? word : word[..zone]).IndexOfAnyExcept(InAddresses) < 0
            && (word.IndexOf((byte)':') >= 0 || word.IndexOfAnyExcept(InIpv4) < 0);
    }

    private static bool IsNowhere(ReadOnlySpan<byte> address) =>
        address.SequenceEqual("0.0.0.0"u8) || address.StartsWith("127."u8) || address.SequenceEqual("::"u8) || address.SequenceEqual("::1"u8) || address.SequenceEqual("0"u8);

    // "||name^": the name and all below it. A rule with a path, a pattern or a modifier is for a browser, which sees more than names.
    private void Adblock(ReadOnlySpan<byte> line)
    {
        var kinds = RuleKinds.Blocks;
        if (line.StartsWith("@@"u8))
        {
            kinds = RuleKinds.Exception;
            line = line[2..];
        }

        Kind = LineKind.LeftOut;
        if (!line.StartsWith("||"u8))
            return;
        line = line[2..];
        if (line.StartsWith("*."u8))
            line = line[2..];
        var end = line.IndexOfAny("^$|/"u8);
        var rest = end < 0 ? default : line[end..];
        var name = end < 0 ? line : line[..end];
        if (name.IndexOfAny("*:"u8) >= 0 || !(rest.IsEmpty || rest.SequenceEqual("^"u8) || rest.SequenceEqual("^|"u8) || rest.SequenceEqual("|"u8) || rest.SequenceEqual("^$important"u8) || rest.SequenceEqual("$important"u8)))
            return;
        MayBeTopLevel = true;
        Say(name, kinds);
    }

    private void Directive(ReadOnlySpan<byte> line)
    {
        Kind = LineKind.Nothing;
        var word = Word(line, 0, out var next);
        if (Ascii.EqualsIgnoreCase(word, "$ORIGIN"u8))
            _origin = Lower(Word(line, next, out _));
        else if (!Ascii.EqualsIgnoreCase(word, "$TTL"u8))
            Kind = LineKind.LeftOut;
    }

    // owner [ttl] [IN] type data; a line that begins with a blank has the owner of the one before.
    private bool PolicyRecord(ReadOnlySpan<byte> line, bool isContinued)
    {
        var position = 0;
        var owner = (ReadOnlySpan<byte>)_owner;
        if (!isContinued)
            owner = Word(line, 0, out position);
        var type = Word(line, position, out position);
        while (!type.IsEmpty && (Ascii.EqualsIgnoreCase(type, "IN"u8) || char.IsAsciiDigit((char)type[0])))
            type = Word(line, position, out position);
        var data = Word(line, position, out _);
        if (data.IsEmpty)
            return false;
        if (Ascii.EqualsIgnoreCase(type, "SOA"u8))
        {
            _isInParentheses = line.IndexOf((byte)'(') >= 0 && line.IndexOf((byte)')') < 0;
            if (owner is [.., (byte)'.'])
                _origin = Lower(owner);
            return true;
        }

        if (!isContinued)
            _owner = owner.ToArray();
        if (Ascii.EqualsIgnoreCase(type, "NS"u8))
            return true;
        if (Ascii.EqualsIgnoreCase(type, "CNAME"u8))
            Policy(owner, PolicyOf(data));
        else if (IsAddress(data) && (Ascii.EqualsIgnoreCase(type, "A"u8) || Ascii.EqualsIgnoreCase(type, "AAAA"u8)))
            Policy(owner, IsNowhere(data) ? RuleKinds.Blocks : RuleKinds.None);
        else if (Ascii.EqualsIgnoreCase(type, "TXT"u8) || Ascii.EqualsIgnoreCase(type, "MX"u8) || Ascii.EqualsIgnoreCase(type, "SRV"u8) || Ascii.EqualsIgnoreCase(type, "DNAME"u8))
            Kind = LineKind.LeftOut;
        else
            return false;
        return true;
    }

    private static RuleKinds PolicyOf(ReadOnlySpan<byte> target)
    {
        if (target.SequenceEqual("."u8) || target.SequenceEqual("*."u8) || Ascii.EqualsIgnoreCase(target, "rpz-drop."u8))
            return RuleKinds.Blocks;
        return Ascii.EqualsIgnoreCase(target, "rpz-passthru."u8) || Ascii.EqualsIgnoreCase(target, "rpz-passthru"u8)
            ? RuleKinds.PassesName | RuleKinds.PassesBelow
            : RuleKinds.None;
    }

    private void Policy(ReadOnlySpan<byte> owner, RuleKinds kinds)
    {
        Kind = LineKind.LeftOut;
        if (owner is [.., (byte)'.'])
        {
            owner = owner[..^1];
            var origin = _origin.AsSpan().TrimEnd((byte)'.');
            if (origin.Length > 0 && owner.Length > origin.Length && owner[^(origin.Length + 1)] == '.' && Ascii.EqualsIgnoreCase(owner[^origin.Length..], origin))
                owner = owner[..^(origin.Length + 1)];
        }

        // Triggers other than the name that is asked: rpz-ip, rpz-client-ip, rpz-nsdname, rpz-nsip.
        var last = owner[(owner.LastIndexOf((byte)'.') + 1)..];
        if (kinds == RuleKinds.None || owner is [] or [(byte)'@'] || last.StartsWith("rpz-"u8))
            return;
        MayBeTopLevel = true;
        if (owner.StartsWith("*."u8))
            Say(owner[2..], kinds & (RuleKinds.BlocksBelow | RuleKinds.PassesBelow));
        else
            Say(owner, kinds & (RuleKinds.BlocksName | RuleKinds.PassesName));
    }

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> line, int position, out int next)
    {
        while (position < line.Length && line[position] is (byte)' ' or (byte)'\t')
            position++;
        var start = position;
        while (position < line.Length && line[position] is not ((byte)' ' or (byte)'\t'))
            position++;
        next = position;
        return line[start..position];
    }

    private static byte[] Lower(ReadOnlySpan<byte> text)
    {
        var lower = new byte[text.Length];
        Ascii.ToLower(text, lower, out _);
        return lower;
    }
}

internal enum LineKind
{
    /// <summary>Empty, a comment, a heading, or the machine's own names in a hosts file.</summary>
    Nothing,

    Rule,

    /// <summary>A rule that is not about a name alone.</summary>
    LeftOut,

    Unknown,
}
