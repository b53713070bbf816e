using HomeCloud.Net.Localization;
using HomeCloud.Registry;
using HomeCloud.Registry.Journals;

namespace HomeCloud.Agent.Web.Health;

/// <summary>Which DNS servers of the home are silent, and which reach no upstream: those of other processes and machines too.</summary>
public sealed class DnsServerWatch(IJournalLine line, IRegistry registry, DnsServerBook book, TimeProvider time)
{
    /// <summary>A restart and an upgrade are no news.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    /// <summary>One that is silent for longer was removed. The page forgets it then too.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    private readonly Dictionary<string, TimeSpan> _silent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _dead = new(StringComparer.Ordinal);
    private long? _looked;
    private bool _isAlone = true;

    /// <summary>As of the last look. What a silent one said last stays.</summary>
    public IReadOnlyList<Trouble> WithoutUpstreams => [.. _dead.Select(dead => new Trouble(
        dead.Key,
        _isAlone ? (Phrase)$"No upstream server answers: {dead.Value}. Names outside of the home fail." : $"No upstream server answers {dead.Key}: {dead.Value}. Names outside of the home fail there."))];

    /// <summary>Asks all of them.</summary>
    public async Task<IReadOnlyList<Trouble>> SilentAsync(CancellationToken cancellationToken)
    {
        var reports = await line.AskAsync(new JournalInquiry(JournalKind.Upstreams), cancellationToken);
        if (_looked is null)
        {
            // Not at the start: names are answered first.
            foreach (var known in book.Names)
                _silent[known] = TimeSpan.Zero;
        }

        var passed = _looked is { } looked ? time.GetElapsedTime(looked) : TimeSpan.Zero;
        _looked = time.GetTimestamp();
        var answered = reports.Where(report => report.Problem is null).ToLookup(report => report.Server, StringComparer.Ordinal);
        foreach (var server in answered.Where(server => _silent.ContainsKey(server.Key) || _silent.Count < DnsServerBook.Most))
        {
            _silent[server.Key] = TimeSpan.Zero;
            Judge(server.Key, [.. server.SelectMany(report => report.Upstreams ?? [])]);
        }

        // Without Redis none is heard: that has an alarm of its own.
        if (registry.Health.Connected)
        {
            foreach (var server in _silent.Keys.Where(server => !answered.Contains(server)).ToList())
                Miss(server, passed);
        }

        _isAlone = _silent.Count < 2;
        book.Keep(_silent.Keys);
        return [.. _silent.Where(server => server.Value >= Grace).Select(server => new Trouble(
            server.Key, $"The DNS server {server.Key} does not answer. If it was removed for good, it is forgotten after a day."))];
    }

    public Phrase Heard(string server) => _silent.ContainsKey(server)
        ? (Phrase)$"{server} works again."
        : $"{server} did not answer for a day and is no longer expected.";

    public Phrase HasUpstreams(string server) => !_silent.ContainsKey(server) ? Heard(server) : _isAlone ? Notice.WorksAgain : $"{server} works again.";

    private void Judge(string server, IReadOnlyList<DnsUpstreamView> upstreams)
    {
        if (upstreams.Count > 0 && upstreams.All(upstream => !upstream.Healthy))
            _dead[server] = string.Join(", ", upstreams.Select(upstream => upstream.Address).Distinct());
        else
            _dead.Remove(server);
    }

    private void Miss(string server, TimeSpan passed)
    {
        _silent[server] += passed;
        if (_silent[server] < Remembered)
            return;
        _silent.Remove(server);
        _dead.Remove(server);
    }
}
