using System.Text;
using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Net.Files;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Blocking;

/// <summary>
/// Names that a person blocked or allowed while the server runs, by the page or by <c>block add|allow</c>: a file in Adblock's
/// format. They count before all lists and <c>--allow</c>; of several, the one for the longest name.
/// </summary>
internal sealed partial class OwnRules
{
    /// <summary>How answers, the query log and metrics call it; no list of the options may have the name.</summary>
    public const string ListName = "own";

    public const int MaxNames = 10_000;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly BlockCounter _hits = new(ListName);
    private readonly Lock _lock = new();
    private SortedDictionary<string, bool> _rules = new(StringComparer.Ordinal);

    // The file has something that is not in memory, nor in a copy: it must not be written over.
    private bool _isUnread;
    private volatile LoadedList? _current;

    public OwnRules(string directory, TimeProvider time, ILogger log) => (_path, _time, _log) = (Path.Combine(directory, ListName + ".txt"), time, log);

    /// <summary>Null when there are none.</summary>
    public LoadedList? Current => _current;

    public BlockCounter Hits => _hits;

    /// <returns>Names, without the last dot, in order.</returns>
    public IReadOnlyList<string> Names(bool allowed)
    {
        lock (_lock)
            return [.. _rules.Where(rule => rule.Value == allowed).Select(rule => rule.Key)];
    }

    /// <summary>Takes those of the last run. Lines that are none of ours are kept in a copy beside the file. What goes wrong is logged.</summary>
    public void Load()
    {
        lock (_lock)
            Read();
    }

    /// <returns>Null, or why the file may not be written over.</returns>
    private Phrase? Read()
    {
        _isUnread = true;
        string[] lines;
        try
        {
            lines = File.ReadAllLines(_path);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            _isUnread = false;
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(_path, problem.Message);
            return $"{_path} cannot be read: {problem.Message}";
        }

        var rules = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        var wrong = 0;
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '!'))
        {
            var isAllowed = line.StartsWith("@@", StringComparison.Ordinal);
            var body = isAllowed ? line[2..] : line;
            if (rules.Count < MaxNames && body.StartsWith("||", StringComparison.Ordinal) && body.EndsWith('^') && TryRead(body[2..^1], out var name))
                rules[name] = isAllowed;
            else
                wrong++;
        }

        Take(rules);
        try
        {
            if (wrong > 0)
            {
                // The good lines stay in the file: the next start has no other.
                var aside = AtomicFile.CopyAside(_path, "corrupt", _time);
                Write(rules);
                LogDamaged(_path, wrong, aside);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            LogStuck(_path, wrong, problem.Message);
            return $"{_path} has {wrong} lines that are no rules, and cannot be mended: {problem.Message}";
        }

        _isUnread = false;
        return null;
    }

    /// <summary>Blocks or allows a name and all below it.</summary>
    /// <returns>Null, or what is wrong: then nothing has changed.</returns>
    public Phrase? Set(string text, bool allowed)
    {
        if (!TryRead(text, out var name))
            return $"'{text}' is not a valid name: use letters, digits, '-', '_' and dots (example: ads.example)";
        lock (_lock)
        {
            if (_isUnread && Read() is { } problem)
                return NotKept(problem);
            if (!_rules.ContainsKey(name) && _rules.Count >= MaxNames)
                return $"there are {MaxNames} names already: put long lists into a file, and name it with --block";
            var rules = new SortedDictionary<string, bool>(_rules, StringComparer.Ordinal) { [name] = allowed };
            return Keep(rules);
        }
    }

    /// <summary>Lists decide about the name again.</summary>
    /// <returns>Null, or what is wrong: then nothing has changed.</returns>
    public Phrase? Remove(string text)
    {
        lock (_lock)
        {
            if (_isUnread && Read() is { } problem)
                return NotKept(problem);
            if (!TryRead(text, out var name) || !_rules.ContainsKey(name))
                return $"'{text}' was neither blocked nor allowed by hand";
            var rules = new SortedDictionary<string, bool>(_rules, StringComparer.Ordinal);
            rules.Remove(name);
            return Keep(rules);
        }
    }

    private static bool TryRead(string text, out string name)
    {
        Span<byte> wire = stackalloc byte[DnsName.MaxLength];
        text = BlockingOptions.WithoutWildcard(text.Trim());
        var isName = Ascii.IsValid(text) && ListedName.TryRead(Encoding.ASCII.GetBytes(text), wire, out _, out _);
        name = isName ? text.TrimEnd('.').ToLowerInvariant() : "";
        return isName;
    }

    // On disk first: what a person was told counts after a power cut too.
    private Phrase? Keep(SortedDictionary<string, bool> rules)
    {
        try
        {
            Write(rules);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return NotKept(problem.Message);
        }

        Take(rules);
        return null;
    }

    private static Phrase NotKept(Phrase problem) => $"it cannot be kept: {problem}";

    private void Write(SortedDictionary<string, bool> rules)
    {
        var text = new StringBuilder("! Blocked and allowed by hand (homecloud block add, allow, rm; or the page).\n");
        foreach (var (name, isAllowed) in rules)
            text.Append(isAllowed ? "@@||" : "||").Append(name).Append("^\n");
        AtomicFile.Write(_path, Encoding.ASCII.GetBytes(text.ToString()));
    }

    private void Take(SortedDictionary<string, bool> rules)
    {
        _rules = rules;
        var entries = rules.Select(rule => BlockHash.OfName(DnsName.Parse(rule.Key)) | (byte)(rule.Value ? RuleKinds.Exception : RuleKinds.Blocks)).ToArray();
        _current = entries.Length == 0 ? null : new LoadedList(ListName, _path, BlockTable.Build(entries), 0, _time.GetUtcNow(), "", "", _hits);
    }

    [LoggerMessage(LogLevel.Error, "Block list own: {Path} cannot be read: {Reason}. Nothing is blocked or allowed by hand until it can.")]
    private partial void LogUnreadable(string path, string reason);

    [LoggerMessage(LogLevel.Error, "Block list own: {Path} has {Count} lines that are no rules, and cannot be mended: {Reason}. The other lines count; nothing can be changed by hand until it can.")]
    private partial void LogStuck(string path, int count, string reason);

    [LoggerMessage(LogLevel.Warning, "Block list own: {Path} has {Count} lines that are no rules; the whole file is kept as {Aside}, the other lines count.")]
    private partial void LogDamaged(string path, int count, string aside);
}
