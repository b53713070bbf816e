using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.ZoneFiles;

/// <summary>
/// Reads a zone file and what it includes into records: RFC 1035 §5, <c>$TTL</c> of RFC 2308 §4, class IN alone. Ends at the first
/// mistake: a file counts whole or not at all.
/// </summary>
internal sealed class MasterFileReader
{
    public const int MaxOctets = 16 * 1024 * 1024;
    public const int MaxRecords = 100_000;
    private const int MaxDepth = 8;

    /// <summary>Of RDATA: what a zone transfer can send in one message with room to spare.</summary>
    private const int MaxData = 16 * 1024;

    /// <summary>When nothing in the file says how long others may remember a record: as for <c>--local</c>.</summary>
    private const uint DefaultTtl = 60;

    private readonly Func<string, byte[]> _readFile;
    private readonly string _folder;
    private readonly List<FileRecord> _records = [];
    private readonly ArrayBufferWriter<byte> _data = new();
    private long _octets;
    private uint? _ttl;
    private uint? _lastTtl;

    private MasterFileReader(string path, Func<string, byte[]> readFile)
    {
        _readFile = readFile;
        _folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
    }

    /// <param name="path">Of the file.</param>
    /// <param name="readFile">Gives the content of a file, at most one octet more than <see cref="MaxOctets"/>.</param>
    /// <exception cref="MasterFileException">It cannot be used.</exception>
    public static List<FileRecord> Read(string path, Func<string, byte[]> readFile)
    {
        var reader = new MasterFileReader(path, readFile);
        reader.Read(Path.GetFullPath(path), path, null, 0);
        return reader._records;
    }

    /// <param name="path">The file.</param>
    /// <param name="shown">The same for a person.</param>
    /// <param name="origin">Completes relative names; null: none yet.</param>
    /// <param name="depth">How many files include it.</param>
    private void Read(string path, string shown, byte[]? origin, int depth)
    {
        var octets = _readFile(path).AsSpan();
        _octets += octets.Length;
        if (_octets > MaxOctets)
            throw new MasterFileException($"'{shown}' is too long: {MaxOctets / 1024 / 1024} MiB is the most, with all that it includes");
        if (octets.StartsWith("\uFEFF"u8))
            octets = octets[3..];

        // What an editor or a copy has not finished ends somewhere in a line.
        if (octets.Length > 0 && octets[^1] != '\n')
            throw new MasterFileException($"'{shown}' does not end with a line break: it may still be being written; end its last line");
        var lexer = new MasterFileLexer(Encoding.Latin1.GetString(octets));
        var words = new List<TextToken>();
        byte[]? owner = null;
        while (true)
        {
            if (lexer.ReadEntry(words, out var beginsBlank) is { } problem)
                throw Wrong(shown, lexer.Line, lexer.Column, $"{problem}");
            if (words.Count == 0)
                return;
            var place = new Place(shown, words);
            if (!beginsBlank && words[0] is { IsQuoted: false, Raw: ['$', ..] })
                origin = Direct(path, place, origin, depth);
            else
                owner = ReadRecord(place, beginsBlank, origin, owner);
        }
    }

    private byte[]? Direct(string path, Place place, byte[]? origin, int depth)
    {
        var words = place.Words;
        switch (words[0].Raw.ToUpperInvariant())
        {
            case "$ORIGIN" when words.Count == 2:
                return Name(place, 1, origin);
            case "$TTL" when words.Count == 2:
                if (!TokenText.TryReadSeconds(words[1].Raw, out var ttl))
                    throw place.Wrong(1, $"'{words[1].Raw}' is not a time: write seconds, or units as in 1h30m");
                _ttl = ttl;
                return origin;
            case "$INCLUDE" when words.Count is 2 or 3:
                if (depth == MaxDepth)
                    throw place.Wrong(1, $"files include each other more than {MaxDepth} deep");
                Read(Included(path, place), $"{Path.Combine(Path.GetDirectoryName(place.File) ?? "", words[1].Raw)}", words.Count == 3 ? Name(place, 2, origin) : origin, depth + 1);
                return origin;
            case "$ORIGIN" or "$TTL" or "$INCLUDE":
                throw place.Wrong(0, "write $ORIGIN NAME, $TTL TIME or $INCLUDE FILE [NAME]");
            default:
                throw place.Wrong(0, $"'{words[0].Raw}' is not known here: $ORIGIN, $TTL and $INCLUDE are");
        }
    }

    // From the folder of the including file, and never out of that of the first: who may write a zone file reads no other file by it.
    private string Included(string path, Place place)
    {
        var raw = place.Words[1].Raw;
        if (raw.Contains('\0', StringComparison.Ordinal))
            throw place.Wrong(1, "this is no name of a file");
        var included = Path.GetFullPath(raw, Path.GetDirectoryName(path)!);
        return included.StartsWith(_folder.TrimEnd('/') + "/", StringComparison.Ordinal)
            ? included
            : throw place.Wrong(1, $"'{raw}' is outside the folder of the zone file: only files in it, or below it, may be included");
    }

    private byte[] ReadRecord(Place place, bool beginsBlank, byte[]? origin, byte[]? last)
    {
        var words = place.Words;
        var at = 0;
        var owner = beginsBlank ? last ?? throw place.Wrong(0, "the line begins with a blank, and no name stands above it") : Name(place, at++, origin);
        var ttl = ReadTtlAndClass(place, ref at);
        if (at == words.Count)
            throw place.Wrong(at, "a type is missing: write NAME [TTL] TYPE DATA");
        if (words[at].IsQuoted || !RecordGrammar.TryParseType(words[at].Raw, out var type))
            throw place.Wrong(at, $"'{words[at].Raw}' is not a type: write its name, or TYPE and its number");
        if (ZoneFileRules.Refusal(type) is { } refusal)
            throw place.Wrong(at, $"{refusal}");
        at++;
        var data = CollectionsMarshal.AsSpan(words)[at..];
        if (RecordDataParser.TryParse(type, data, origin, _data, out var wrong) is { } problem)
            throw place.Wrong(at + wrong, $"{problem}");
        if (_data.WrittenCount > MaxData)
            throw place.Wrong(at, $"the record has {_data.WrittenCount} octets, and {MaxData} are the most");
        if (_records.Count == MaxRecords)
            throw place.Wrong(0, $"there are more than {MaxRecords} records");
        if (ttl is null && _ttl is null && _lastTtl is null && type == RecordType.Soa)
            _lastTtl = Math.Min(TokenText.MaxTtl, BinaryPrimitives.ReadUInt32BigEndian(_data.WrittenSpan[^4..]));
        _records.Add(new FileRecord(owner, type, ttl ?? _ttl ?? _lastTtl ?? DefaultTtl, _data.WrittenSpan.ToArray(), place.Text));
        _lastTtl = ttl ?? _lastTtl;
        return owner;
    }

    // RFC 1035 §5.1: both may be left out, and stand in any order.
    private static uint? ReadTtlAndClass(Place place, ref int at)
    {
        uint? ttl = null;
        for (var hasClass = false; at < place.Words.Count; at++)
        {
            var word = place.Words[at].Raw.ToUpperInvariant();
            if (!hasClass && word is "CH" or "HS" or "CS" or "NONE" || (!hasClass && word.StartsWith("CLASS", StringComparison.Ordinal) && word != "CLASS1"))
                throw place.Wrong(at, $"class {word} is not served: write IN, or nothing");
            if (!hasClass && word is "IN" or "CLASS1")
                hasClass = true;
            else if (ttl is null && word is [>= '0' and <= '9', ..])
                ttl = TokenText.TryReadSeconds(word, out var seconds) ? seconds : throw place.Wrong(at, $"'{word}' is not a TTL: write seconds up to {TokenText.MaxTtl}, or units as in 1h30m");
            else
                return ttl;
        }

        return ttl;
    }

    private static byte[] Name(Place place, int at, byte[]? origin)
    {
        Span<byte> wire = stackalloc byte[DnsName.MaxLength];
        var word = place.Words[at];
        if (word.IsQuoted)
            throw place.Wrong(at, $"'{word.Raw}' is in quotes: a name has none");
        if (TokenText.ReadName(word.Raw, origin, wire, out var length) is { } problem)
            throw place.Wrong(at, $"'{(word.Raw.Length <= 80 ? word.Raw : word.Raw[..80] + "…")}' {problem}");
        var name = wire[..length].ToArray();
        DnsName.Fold(name);
        return name;
    }

    private static MasterFileException Wrong(string file, int line, int column, string problem) => new($"'{file}' line {line}, column {column}: {problem}");

    private readonly record struct Place(string File, List<TextToken> Words)
    {
        public string Text => $"'{File}' line {Words[0].Line}";

        /// <summary>What is wrong with a word; behind the last one, when one is missing.</summary>
        public MasterFileException Wrong(int at, string problem)
        {
            var word = Words[Math.Min(at, Words.Count - 1)];
            var column = at < Words.Count ? word.Column : word.Column + word.Raw.Length;
            return MasterFileReader.Wrong(File, word.Line, column, Printable(problem));
        }

        // One line, whatever the file holds.
        private static string Printable(string problem) =>
            string.Concat(problem.Select(character => character is >= ' ' and < '\x7F' or '…' ? character : '?'));
    }
}
