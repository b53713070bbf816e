using System.Net;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Net.Addresses;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Forwarding;

/// <summary>Tells which names are the home's own, so that none of them is asked outside because an alias from outside leads there.</summary>
public interface IHomeNames
{
    /// <param name="foldedName">Folded, in wire form.</param>
    bool StayHome(ReadOnlySpan<byte> foldedName);
}

/// <summary>Asks upstream servers. Knows nothing of clients and of the cache.</summary>
public sealed class Forwarder : IDisposable
{
    private readonly HostServers _host;
    private readonly Lock _applying = new();
    private readonly CertificateTrust _trust;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly LoopNonces _nonces = new();
    private readonly BlockedNotices _notices;
    private readonly IHomeNames? _home;
    private int _generation;
    private volatile ForwardingOptions _options;
    private volatile ForwardTableBuilder _builder;
    private volatile ForwardTable _table;
    private IReadOnlyList<IPEndPoint> _hostServers;

    /// <param name="options">Valid ones.</param>
    /// <param name="own">Never asked.</param>
    /// <param name="time">Measures.</param>
    /// <param name="log">Hears of each change.</param>
    /// <param name="home">Names that no alias from outside takes outside.</param>
    /// <param name="dataDirectory">Where the host's own servers survive a restart; null: they do not.</param>
    public Forwarder(ForwardingOptions options, OwnEndPoints own, TimeProvider time, ILogger<Forwarder> log, IHomeNames? home = null, string? dataDirectory = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _host = new HostServers(own, dataDirectory, log);
        _time = time;
        _log = log;
        _home = home;
        _notices = new BlockedNotices(time);
        _trust = new CertificateTrust(options.UpstreamCaFile, log);
        _builder = new ForwardTableBuilder(options, _trust, time, log);
        Loops = new LoopDetector(_nonces, time, log);
        _hostServers = _builder.DependsOnHost ? _host.Read(options) : [];
        _table = _builder.Build(_hostServers);
    }

    internal LoopDetector Loops { get; }

    internal CertificateTrust Trust => _trust;

    /// <summary>Counts changes of upstream servers and rules.</summary>
    internal int Generation => Volatile.Read(ref _generation);

    /// <summary>Called with the table before and after a change, which is in force already.</summary>
    internal event Action<ForwardTable, ForwardTable>? Replaced;

    internal IEnumerable<Upstream> Upstreams => _table.Groups.SelectMany(group => group.Upstreams);

    /// <summary>Who is asked for names without a rule.</summary>
    internal IReadOnlyList<Upstream> General => _table.Others.Upstreams;

    /// <summary>Every upstream, rules first.</summary>
    public IReadOnlyList<UpstreamStatus> Status => [.. _table.Groups.SelectMany(group => group.Upstreams.Select(upstream => upstream.Status(DnsName.ToText(group.Zone))))];

    /// <summary>For a person: who is asked first for names without a rule, or why nobody is.</summary>
    public string UpstreamInUse
    {
        get
        {
            var others = _table.Others;
            if (others.Preferred is { } upstream)
            {
                var state = upstream.Health.State == UpstreamState.Down ? $" (down: {upstream.Health.Problem})" : "";
                var origin = _options.Upstreams.Count == 0 && _host.AreKept ? " (kept from before, because the host names no other server: set --upstream)" : "";
                return upstream.Address.Text + state + origin;
            }

            return others.Upstreams.Count == 0 ? "none known: set one with --upstream" : "none usable: each sends our queries back to us";
        }
    }

    /// <inheritdoc cref="ForwardTable.HasRuleFor"/>
    public bool HasRuleFor(ReadOnlySpan<byte> foldedName, int leastZoneLength) => _table.HasRuleFor(foldedName, leastZoneLength);

    /// <summary>Takes over other upstream servers and rules. Queries under way end with the servers they began with, or when those fail with the new ones; the file of authorities stays that of the start.</summary>
    /// <param name="options">Valid ones.</param>
    public void Apply(ForwardingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        lock (_applying)
        {
            var builder = new ForwardTableBuilder(options, _trust, _time, _log);
            var servers = builder.DependsOnHost ? _host.Read(options) : [];
            var table = builder.Build(servers);
            _hostServers = servers;
            (_options, _builder) = (options, builder);
            Replace(table);
        }
    }

    /// <summary>Reads the host's servers again, where they are in use.</summary>
    /// <returns>True when they had changed.</returns>
    public bool Reload()
    {
        lock (_applying)
            return ReloadHostServers();
    }

    /// <summary>Remembers, for the next start, those of the host's servers that answer and do not send our queries back.</summary>
    public void KeepHostServers()
    {
        lock (_applying)
        {
            if (_builder.DependsOnHost)
                _host.Keep(_hostServers.Where(Answers));
        }
    }

    // Those that only look up the names of upstreams have no health of their own.
    private bool Answers(IPEndPoint server) =>
        _options.Upstreams.Count > 0 || General.Any(upstream => server.Equals(upstream.Address.EndPoint) && upstream.Health is { State: UpstreamState.Up, Answers: > 0 });

    private bool ReloadHostServers()
    {
        if (!_builder.DependsOnHost)
            return false;
        var servers = _host.Read(_options);
        if (servers.SequenceEqual(_hostServers))
            return false;
        _hostServers = servers;
        Replace(_builder.Build(servers));
        return true;
    }

    private void Replace(ForwardTable table)
    {
        var old = _table;
        _table = table;
        Interlocked.Increment(ref _generation);
        Replaced?.Invoke(old, table);
        _ = DisposeLaterAsync(old, TimeSpan.FromMilliseconds(_options.QueryTimeoutMilliseconds));
    }

    private async Task DisposeLaterAsync(ForwardTable table, TimeSpan wait)
    {
        await Task.Delay(wait, _time);
        table.Dispose();
    }

    public void Dispose() => _table.Dispose();

    /// <summary>How long a question may take in all.</summary>
    internal TimeSpan QueryTimeout => TimeSpan.FromMilliseconds(_options.QueryTimeoutMilliseconds);

    internal Task<ForwardResult> ResolveAsync(CacheQuestion question, CancellationToken cancellation) => ResolveAsync(question, QueryTimeout, null, cancellation);

    /// <param name="question">What to ask.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="last">Asked after all others; null: nobody is.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    internal async Task<ForwardResult> ResolveAsync(CacheQuestion question, TimeSpan limit, Upstream? last, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        for (var left = limit; ;)
        {
            var table = _table;
            var result = await ResolveAsync(table, question, left, last, cancellation);

            // Servers that a reload has replaced say nothing about those that took their place.
            left = limit - _time.GetElapsedTime(started);
            if (result.Outcome != ForwardOutcome.Failed || table == _table || left <= TimeSpan.Zero)
                return result;
        }
    }

    private async Task<ForwardResult> ResolveAsync(ForwardTable table, CacheQuestion question, TimeSpan limit, Upstream? last, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        var reply = await AskAsync(table, question, limit, last, cancellation);
        if (!reply.IsUsable)
            return Failure(reply, table.Find(question.Name), limit);
        var answer = new FollowedAnswer(question, reply);
        while (answer.Next is { } target && (table.HasRuleFor(target.Name, 0) || _home?.StayHome(target.Name) != true))
        {
            var left = limit - _time.GetElapsedTime(started);
            reply = await AskAsync(table, target, left > TimeSpan.Zero ? left : TimeSpan.Zero, last, cancellation);
            if (!reply.IsUsable)
                return Failure(reply, table.Find(target.Name), limit);
            if (answer.Append(reply) is not ResponseVerdict.Usable and var verdict)
                return Failure(reply with { Response = InspectedResponse.Bad(verdict) }, table.Find(target.Name), limit);
        }

        return answer.Result(question.IsJudged ? table.Rebind : null);
    }

    private async Task<UpstreamReply> AskAsync(ForwardTable table, CacheQuestion question, TimeSpan limit, Upstream? last, CancellationToken cancellation)
    {
        // What is left of a signed RRset without a private address cannot be judged: that comes first.
        var reply = await UpstreamRace.RunAsync(table.Find(question.Name), question, question.IsJudged ? RebindPolicy.Off : table.Rebind, limit, _time, last, cancellation);
        if (reply.IsUsable && reply.Response.Blocked is { } address)
            ReportBlocked(question, reply.Upstream!.Address.Text, address);
        return reply;
    }

    internal void ReportBlocked(CacheQuestion question, string upstream, IPAddress address)
    {
        var name = DnsName.ToText(question.Name);
        if (SpecialRanges.IsUnspecified(address))
        {
            if (_notices.IsDue(upstream))
                ForwardingLog.UpstreamBlocks(_log, upstream, name, address);
        }
        else if (_notices.IsDue(name))
        {
            ForwardingLog.RebindBlocked(_log, name, upstream);
        }
    }

    private static ForwardResult Failure(in UpstreamReply reply, UpstreamGroup group, TimeSpan limit)
    {
        if (reply.Status != ExchangeStatus.Answered || reply.Response.Verdict != ResponseVerdict.Failure)
            return new ForwardResult(ForwardOutcome.Failed, [], ResponseCode.ServerFailure, FailureText.Write(reply, group, limit), 0);
        var outcome = reply.IsFinal ? ForwardOutcome.Bogus : ForwardOutcome.Failed;
        return new ForwardResult(outcome, reply.Response.Message, reply.Response.Code, FailureText.Add(reply.Response, reply), 0);
    }
}
