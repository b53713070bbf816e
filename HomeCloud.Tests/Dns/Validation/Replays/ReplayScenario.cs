using System.Globalization;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>
/// A test of a validating resolver as Unbound and Knot Resolver keep them (<c>.rpl</c>): options, what scripted servers answer while
/// which steps run, and the steps: queries, and what is to come of them.
/// </summary>
internal sealed class ReplayScenario
{
    private readonly List<(string Key, string Value)> _settings = [];
    private readonly List<Range> _ranges = [];

    public List<ReplayStep> Steps { get; } = [];

    /// <summary>All messages of servers.</summary>
    public IEnumerable<ReplayEntry> Entries => _ranges.SelectMany(range => range.Entries);

    /// <summary>Zones whose servers are given from the start; the root is among them.</summary>
    public IReadOnlyDictionary<string, List<string>> Stubs { get; private set; } = new Dictionary<string, List<string>>();

    /// <summary>Zones for which a server is asked that recurses itself.</summary>
    public IReadOnlyDictionary<string, List<string>> Forwards { get; private set; } = new Dictionary<string, List<string>>();

    /// <summary>Values of an option, in order.</summary>
    public IEnumerable<string> Settings(string key) => _settings.Where(setting => setting.Key == key).Select(setting => setting.Value);

    /// <summary>What a server answers while a step runs; null: nothing.</summary>
    public ReplayEntry? Find(long step, string address, byte[] foldedName, RecordType type, bool isStream) => _ranges
        .Where(range => range.First <= step && step <= range.Last && (range.Addresses.Count == 0 || range.Addresses.Contains(address)))
        .SelectMany(range => range.Entries)
        .FirstOrDefault(entry => entry.IsAnswerTo(foldedName, type, isStream));

    /// <exception cref="FormatException">Something of it is not known here.</exception>
    public static ReplayScenario Read(IReadOnlyList<string> lines)
    {
        var scenario = new ReplayScenario();
        Range? range = null;
        var isConfig = true;
        for (var i = 0; i < lines.Count; i++)
        {
            var words = ReplayText.Words(lines[i]);
            if (words.Length == 0)
                continue;
            if (words[0] == "CONFIG_END")
                isConfig = false;
            else if (isConfig)
                scenario.Set(lines[i]);
            else if (words[0] == "RANGE_BEGIN")
                scenario._ranges.Add(range = new Range(Number(words[1]), Number(words[2])));
            else if (words[0] == "RANGE_END")
                range = null;
            else if (words[0] == "ADDRESS")
                range!.Addresses.Add(words[1]);
            else if (words[0] == "STEP")
                scenario.Steps.Add(new ReplayStep(Number(words[1]), words[2], words is [_, _, _, "ELAPSE", var seconds] ? double.Parse(seconds, CultureInfo.InvariantCulture) : 0));
            else if (words[0].StartsWith("ENTRY_BEGIN", StringComparison.Ordinal))
                scenario.Add(ReadEntry(lines, ref i), range);
            else if (words[0] is not ("SCENARIO_BEGIN" or "SCENARIO_END"))
                throw new FormatException($"'{lines[i]}' is not known here.");
        }

        (scenario.Stubs, scenario.Forwards) = (scenario.Servers("stub-addr"), scenario.Servers("forward-addr"));
        return scenario;
    }

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);

    private static ReplayEntry ReadEntry(IReadOnlyList<string> lines, ref int at)
    {
        var start = at + 1;
        do
            at++;
        while (!lines[at].TrimStart().StartsWith("ENTRY_END", StringComparison.Ordinal));
        return ReplayEntry.Read(lines.Skip(start).Take(at - start));
    }

    private void Add(ReplayEntry entry, Range? range)
    {
        if (range is not null)
            range.Entries.Add(entry);
        else
            Steps[^1] = Steps[^1] with { Entry = entry };
    }

    private void Set(string line)
    {
        var text = line.Trim();
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || text[0] == '#')
            return;
        var value = text[(colon + 1)..].Trim();
        value = value.Length > 0 && value[0] == '"' ? value.Split('"')[1] : value.Split('#')[0].Split(';')[0].Trim();
        _settings.Add((text[..colon], value));
    }

    private Dictionary<string, List<string>> Servers(string option)
    {
        var servers = new Dictionary<string, List<string>>();
        var zone = ".";
        foreach (var (key, value) in _settings)
        {
            if (key == "name")
                zone = DnsName.ToText(DnsName.ParseFolded(value)!);
            else if (key != option)
                continue;
            else if (servers.TryGetValue(zone, out var more))
                more.Add(value);
            else
                servers[zone] = [value];
        }

        return servers;
    }

    private sealed record Range(long First, long Last)
    {
        public List<string> Addresses { get; } = [];

        public List<ReplayEntry> Entries { get; } = [];
    }
}

/// <summary>A step of a scenario.</summary>
/// <param name="Number">Says which answers of servers count.</param>
/// <param name="Action">QUERY, CHECK_ANSWER, TIME_PASSES or TRAFFIC.</param>
/// <param name="Seconds">That pass.</param>
internal sealed record ReplayStep(long Number, string Action, double Seconds, ReplayEntry? Entry = null);
