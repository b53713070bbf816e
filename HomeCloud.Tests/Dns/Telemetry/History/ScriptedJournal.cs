using HomeCloud.Dns.Telemetry.Activity;
using HomeCloud.Dns.Telemetry.History;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Registry.Journals;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Registry;

namespace HomeCloud.Tests.Dns.Telemetry.History;

/// <summary>A DNS server whose household asks what a test says, and a history of it on a real disk.</summary>
internal sealed class ScriptedJournal : IQueryJournal, IDisposable
{
    private readonly long[] _counts = new long[DnsCounts.Length];
    private readonly List<DnsQueryView> _waiting = [];
    private Action<DnsQueryView>? _receive;

    public ManualClock Clock { get; } = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("hc-dns-history").FullName;

    public CollectedLog<DnsHistory> Log { get; } = new();

    public DnsHistoryOptions Options { get; } = new();

    /// <summary>Where the history keeps its files.</summary>
    public string Kept => Path.Combine(Folder, "dns");

    public string FigureFile => Path.Combine(Kept, "figures.bin");

    public string[] QueryFiles => Directory.Exists(Kept) ? [.. Directory.EnumerateFiles(Kept, "queries-*").Order(StringComparer.Ordinal)] : [];

    public DnsCounts Count() => new([.. _counts]);

    public void Follow(Action<DnsQueryView> receive) => _receive = receive;

    public void HandOver()
    {
        _waiting.ForEach(query => _receive?.Invoke(query));
        _waiting.Clear();
    }

    public void Ask(string name, string client = "192.168.1.30", string answer = "NOERROR", string source = "cache", int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _counts[DnsCounts.Queries]++;
            _counts[answer is "NOERROR" or "NXDOMAIN" ? source switch { "our zones" => DnsCounts.Local, "cache" => DnsCounts.Cached, "blocked" => DnsCounts.Blocked, _ => DnsCounts.Forwarded } : DnsCounts.Failed]++;
            if (source == "forwarded")
                _counts[DnsCounts.Durations + 3]++;
            _waiting.Add(new DnsQueryView(Clock.GetUtcNow(), client, name, "A", answer, source, source == "forwarded" ? 7.5 : 0));
        }
    }

    public async Task<DnsHistory> StartAsync()
    {
        _receive = null;
        var history = new DnsHistory(Folder, Options, this, Clock, Log);
        await history.StartAsync(default);
        return history;
    }

    /// <summary>As the host does it: with the last word after everything has stopped.</summary>
    public static async Task StopAsync(DnsHistory history)
    {
        await history.StopAsync(default);
        history.Dispose();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
