using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Blocking.Lists;

/// <summary>
/// Reads a list as it comes, from a stream, in pieces of one size: whatever its length, it takes eight octets a name. Each line
/// says by itself in which format it is.
/// </summary>
internal sealed class ListReader
{
    /// <summary>A longer list is refused.</summary>
    public const long MaxOctets = 512L << 20;

    /// <summary>So is one with more names.</summary>
    public const int MaxNames = 20_000_000;

    private const int Piece = 1 << 14;
    private const int MaxLine = 4096;

    private readonly RuleLine _rules = new();
    private readonly byte[] _wire = new byte[DnsName.MaxLength + 1];
    private ulong[] _entries;
    private int _count;
    private int _understood;
    private int _leftOut;
    private int _unknown;
    private int _lines;
    private ListProblem _problem;
    private int _wantedLine;
    private ulong _wanted;

    private ListReader(int expected) => _entries = new ulong[expected];

    /// <param name="stream">The list.</param>
    /// <param name="expectedOctets">Its length, if known.</param>
    /// <param name="pace">Of the work behind the reading; null when there is nobody who must not wait.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ListContent Read(Stream stream, long expectedOctets = 0, Pace? pace = null)
    {
        var reader = new ListReader((int)Math.Clamp(expectedOctets / 20, 256, 4 << 20));
        var digest = reader.ReadAll(stream);
        var table = reader._problem == ListProblem.None ? BlockTable.Build(reader._entries.AsSpan(0, reader._count), pace) : BlockTable.Empty;
        return new ListContent(table, digest, reader._understood, reader._leftOut, reader._unknown, reader._problem);
    }

    /// <summary>The line whose rule says something of this name, from 1; 0 when none does.</summary>
    public static int FindLine(Stream stream, ulong hash)
    {
        var reader = new ListReader(0) { _wanted = hash };
        reader.ReadAll(stream);
        return reader._wantedLine;
    }

    /// <summary>The number that stands for all octets of a stream, as in <see cref="ListContent.Digest"/>.</summary>
    public static ulong Digest(Stream stream)
    {
        var buffer = new byte[Piece];
        var digest = 0UL;
        while (stream.ReadAtLeast(buffer, Piece, throwOnEndOfStream: false) is var read and > 0)
            digest = BlockHash.Compute(buffer.AsSpan(0, read), digest);
        return digest;
    }

    private ulong ReadAll(Stream stream)
    {
        var buffer = new byte[MaxLine + Piece];
        var digest = 0UL;
        var kept = 0;
        var octets = 0L;
        var isTooLong = false;
        while (_problem == ListProblem.None && _wantedLine == 0)
        {
            var read = stream.ReadAtLeast(buffer.AsSpan(kept, Piece), Piece, throwOnEndOfStream: false);
            digest = read == 0 ? digest : BlockHash.Compute(buffer.AsSpan(kept, read), digest);
            octets += read;
            if (octets > MaxOctets || _count > MaxNames)
                _problem = ListProblem.TooLong;
            var rest = (ReadOnlySpan<byte>)buffer.AsSpan(0, kept + read);
            while (rest.IndexOf((byte)'\n') is var end and >= 0)
            {
                Take(rest[..end], isTooLong);
                isTooLong = false;
                rest = rest[(end + 1)..];
            }

            if (read < Piece)
            {
                if (!rest.IsEmpty)
                    Take(rest, isTooLong);
                break;
            }

            // Of a line that is longer than any rule only its end is looked for.
            if (isTooLong |= rest.Length > MaxLine)
                rest = default;
            rest.CopyTo(buffer);
            kept = rest.Length;
        }

        return digest;
    }

    private void Take(ReadOnlySpan<byte> line, bool isTooLong)
    {
        _lines++;
        if (isTooLong || line.Length > MaxLine)
        {
            _unknown++;
            return;
        }

        if (_lines == 1 && line.StartsWith("\uFEFF"u8))
            line = line["\uFEFF"u8.Length..];
        if (_understood + _leftOut + _unknown == 0 && line.TrimStart(" \t\r"u8) is [var first, ..] && first is (byte)'<' or (byte)'{')
        {
            _problem = first == '<' ? ListProblem.WebPage : ListProblem.Json;
            return;
        }

        _rules.Begin(line);
        var hasName = false;
        while (_rules.TryTake(out var name, out var kinds))
        {
            hasName |= TryAdd(name, kinds);
            if (_wantedLine > 0)
                return;
        }

        switch (_rules.Kind)
        {
            case LineKind.Rule when hasName:
                _understood++;
                break;
            case LineKind.Rule or LineKind.Unknown:
                _unknown++;
                break;
            case LineKind.LeftOut:
                _leftOut++;
                break;
        }
    }

    private bool TryAdd(ReadOnlySpan<byte> text, RuleKinds kinds)
    {
        // A name without a dot is a word, not a domain; only rules that cannot be mistaken may name a top-level domain.
        if (!ListedName.TryRead(text, _wire, out var length, out var labels) || (labels == 1 && !_rules.MayBeTopLevel))
            return _rules.IsHostsLine;
        var hash = BlockHash.OfName(_wire.AsSpan(0, length));
        if (_wanted != 0)
        {
            if (hash == _wanted)
                _wantedLine = _lines;
            return true;
        }

        if (_count == _entries.Length)
            Array.Resize(ref _entries, Math.Max(256, _count + (_count / 2)));
        _entries[_count++] = hash | (byte)kinds;
        return true;
    }
}

/// <summary>What a list holds.</summary>
/// <param name="Table">Its rules; empty when there is a problem.</param>
/// <param name="Digest">Stands for its text: another text has another one.</param>
/// <param name="Understood">Lines with rules.</param>
/// <param name="LeftOut">Lines whose rules are for browsers, or for more than names.</param>
/// <param name="Unknown">Lines that are no rules of any format.</param>
/// <param name="Problem">What it is instead of a list.</param>
internal sealed record ListContent(BlockTable Table, ulong Digest, int Understood, int LeftOut, int Unknown, ListProblem Problem);

internal enum ListProblem
{
    None,
    WebPage,
    Json,
    TooLong,
}
