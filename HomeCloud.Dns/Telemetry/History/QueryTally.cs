using System.Text;
using HomeCloud.Registry.Journals;

namespace HomeCloud.Dns.Telemetry.History;

/// <summary>Who asked most, and for what. Bounded: once so many are known, names that come first only then are not counted.</summary>
internal sealed class QueryTally
{
    private const int MostDistinct = 20_000;
    private readonly Dictionary<string, long> _names = [];
    private readonly Dictionary<string, long> _clients = [];
    private readonly Dictionary<string, long> _blockedNames = [];
    private readonly Dictionary<string, long> _blockedClients = [];
    private readonly char[] _text = new char[QueryLine.Longest];

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> client, bool isBlocked)
    {
        Add(_names, _clients, name, client);
        if (isBlocked)
            Add(_blockedNames, _blockedClients, name, client);
    }

    public DnsTopView Top(int most, int hours) => new(hours, Top(_names, most), Top(_clients, most), Top(_blockedNames, most), Top(_blockedClients, most));

    private void Add(Dictionary<string, long> names, Dictionary<string, long> clients, ReadOnlySpan<byte> name, ReadOnlySpan<byte> client)
    {
        Count(names, name);
        // Without their clients, queries are kept with a dash.
        if (!client.SequenceEqual("-"u8))
            Count(clients, client);
    }

    private static IReadOnlyList<DnsCountView> Top(Dictionary<string, long> counts, int most) =>
        [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(most).Select(pair => new DnsCountView(pair.Key, pair.Value))];

    private void Count(Dictionary<string, long> counts, ReadOnlySpan<byte> octets)
    {
        var text = _text.AsSpan(0, Encoding.UTF8.GetChars(octets, _text));
        var found = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (found.TryGetValue(text, out var count))
            found[text] = count + 1;
        else if (counts.Count < MostDistinct)
            found[text] = 1;
    }
}
