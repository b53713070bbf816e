using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Forwarding;

/// <summary>Asks upstream servers. Knows nothing of clients and of the cache.</summary>
public sealed class Forwarder : IDisposable
{
    private readonly OwnEndPoints _own;
    private readonly Lock _applying = new();
    private readonly CertificateTrust _trust;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly LoopNonces _nonces = new();
    private volatile ForwardingOptions _options;
    private volatile ForwardTableBuilder _builder;
    private volatile ForwardTable _table;
    private string _hostServers;

    public Forwarder(ForwardingOptions options, OwnEndPoints own, TimeProvider time, ILogger<Forwarder> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _own = own;
        _time = time;
        _log = log;
        _trust = new CertificateTrust(options.UpstreamCaFile);
        _builder = new ForwardTableBuilder(options, own, _trust, time, log);
        Loops = new LoopDetector(_nonces, time, log);
        var servers = _builder.DependsOnHost ? _builder.ReadHostServers() : [];
        _hostServers = string.Join(' ', servers);
        _table = _builder.Build(servers);
    }

    internal LoopDetector Loops { get; }

    internal IEnumerable<Upstream> Upstreams => _table.Groups.SelectMany(group => group.Upstreams);

    /// <summary>Every upstream, rules first.</summary>
    public IReadOnlyList<UpstreamStatus> Status => [.. _table.Groups.SelectMany(group => group.Upstreams.Select(upstream => upstream.Status(group.Zone)))];

    /// <summary>For a person: who is asked first for names without a rule, or why nobody is.</summary>
    public string UpstreamInUse
    {
        get
        {
            var others = _table.Others;
            if (others.Preferred is { } upstream)
            {
                var state = upstream.Health.State == UpstreamState.Down ? $" (down: {upstream.Health.Problem})" : "";
                return upstream.Address.Text + state;
            }

            return others.Upstreams.Count == 0 ? "none known: name one with --upstream" : "none usable: each sends our queries back to us";
        }
    }

    /// <summary>Whether a rule of its own covers this folded name.</summary>
    public bool HasRuleFor(ReadOnlySpan<byte> foldedName) => _table.HasRuleFor(foldedName);

    /// <summary>Takes over other upstream servers and rules. Queries under way end with the servers they began with; the authorities trusted stay those of the start.</summary>
    /// <param name="options">Valid ones.</param>
    public void Apply(ForwardingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        lock (_applying)
        {
            var builder = new ForwardTableBuilder(options, _own, _trust, _time, _log);
            var servers = builder.DependsOnHost ? builder.ReadHostServers() : [];
            var table = builder.Build(servers);
            var (old, wait) = (_table, TimeSpan.FromMilliseconds(_options.QueryTimeoutMilliseconds));
            _hostServers = string.Join(' ', servers);
            (_options, _builder, _table) = (options, builder, table);
            _ = DisposeLaterAsync(old, wait);
        }
    }

    /// <summary>Reads the host's servers again, where they are in use.</summary>
    /// <returns>True when they had changed.</returns>
    public bool Reload()
    {
        lock (_applying) return ReloadHostServers();
    }

    private bool ReloadHostServers()
    {
        if (!_builder.DependsOnHost) return false;
        var servers = _builder.ReadHostServers();
        var text = string.Join(' ', servers);

        // While a DHCP client rewrites the file it may be empty for a moment: old servers beat none.
        if (text == _hostServers || servers.Count == 0) return false;
        _hostServers = text;
        var old = _table;
        _table = _builder.Build(servers);
        _ = DisposeLaterAsync(old, TimeSpan.FromMilliseconds(_options.QueryTimeoutMilliseconds));
        return true;
    }

    private async Task DisposeLaterAsync(ForwardTable table, TimeSpan wait)
    {
        await Task.Delay(wait, _time);
        table.Dispose();
    }

    public void Dispose()
    {
        _table.Dispose();
        _trust.Dispose();
    }

    internal async Task<ForwardResult> ResolveAsync(CacheQuestion question, CancellationToken cancellation)
    {
        var table = _table;
        var group = table.Find(question.Name);
        var limit = TimeSpan.FromMilliseconds(_options.QueryTimeoutMilliseconds);
        var reply = await UpstreamRace.RunAsync(group, question, table.Rebind, limit, _time, cancellation);
        var response = reply.Response;
        if (reply.IsUsable)
        {
            if (response.Dropped > 0 && response.Options.Length > 0) ForwardingLog.RebindBlocked(_log, DnsName.ToText(question.Name), reply.Upstream!.Address.Text);
            return new ForwardResult(ForwardOutcome.Answered, response.Message, response.Code, response.Options, reply.Age);
        }

        if (reply.Status == ExchangeStatus.Answered && response.Verdict == ResponseVerdict.Failure)
        {
            var outcome = reply.IsFinal ? ForwardOutcome.Bogus : ForwardOutcome.Failed;
            return new ForwardResult(outcome, response.Message, response.Code, FailureText.Add(response, reply), 0);
        }

        return new ForwardResult(ForwardOutcome.Failed, [], ResponseCode.ServerFailure, FailureText.Write(reply, group, limit), 0);
    }
}
