using System.Runtime.CompilerServices;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Upstreams;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Resolving.Ability;

/// <summary>
/// Which upstreams give what validation needs, and so whether answers are validated now (<c>--dnssec auto</c>). Upstreams are
/// looked at when a question is on its way to them, never on a timer: an idle server sleeps.
/// </summary>
internal sealed partial class UpstreamAbilities : IDisposable
{
    /// <summary>
    /// How long a question waits for a look that is under way. Stubs ask again after some seconds; a validated answer takes as many
    /// round trips. To answer unvalidated at once would let forged answers in after each start and each change of network.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Bogus names are asked for again and again: that upstreams are doubted must cost little.</summary>
    private static readonly TimeSpan BetweenDoubts = TimeSpan.FromSeconds(10);

    private readonly Forwarder _forwarder;
    private readonly AbilityProbe _probe;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly ConditionalWeakTable<Upstream, UpstreamAbility> _known = [];
    private readonly CancellationTokenSource _stop = new();
    private ValidationState _state;
    private ValidationState _said;
    private int _generation;

    public UpstreamAbilities(Forwarder forwarder, AbilityProbe probe, TimeProvider time, ILogger log)
    {
        _forwarder = forwarder;
        _probe = probe;
        _time = time;
        _log = log;
    }

    /// <summary>Called with the state before and after, outside of any lock.</summary>
    public event Action<ValidationState, ValidationState>? Changed;

    /// <summary>Counts how often validation began.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>As of the last question.</summary>
    public ValidationState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>What is the case for a question that is to be asked now. Waits a moment where that is being found out.</summary>
    public async ValueTask<ValidationState> SettleAsync(CancellationToken cancellation)
    {
        var (state, looks) = Look();
        if (state != ValidationState.Unknown || looks.Count == 0)
            return state;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

        // Most of a short --query-timeout is for the answer.
        var quarter = _forwarder.QueryTimeout / 4;
        var limit = Task.Delay(quarter < Patience ? quarter : Patience, _time, patience.Token);
        while (state == ValidationState.Unknown && looks.Count > 0)
        {
            var first = await Task.WhenAny([.. looks, limit]);
            if (first == limit)
                break;
            looks.Remove(first);
            state = Evaluate();
        }

        await patience.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        return state;
    }

    /// <summary>An answer was bogus, or none came: upstreams that were able some time ago are looked at again, and so much may be waited for that.</summary>
    public async ValueTask<ValidationState> DoubtAsync(TimeSpan limit, CancellationToken cancellation)
    {
        var looks = new List<Task>();
        lock (_lock)
        {
            foreach (var (upstream, ability) in Known())
            {
                if (ability.Finding != AbilityFinding.Able)
                    continue;
                if (ability.Running is null && ability.IsOlderThan(BetweenDoubts))
                    Start(upstream, ability);
                if (ability.Running is { } running)
                    looks.Add(running);
            }
        }

        if (looks.Count > 0 && limit > TimeSpan.Zero)
        {
            await Task.WhenAll(looks).WaitAsync(limit, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }

        return Evaluate();
    }

    /// <summary>The network is another: what upstreams can do is looked at when the next question comes.</summary>
    public void Recheck()
    {
        lock (_lock)
        {
            foreach (var (_, ability) in Known())
                ability.Doubt();
        }
    }

    /// <summary>For a person: upstreams that cannot be validated, with the reasons.</summary>
    public string Problems()
    {
        lock (_lock)
            return string.Join("; ", Known().Where(known => known.Ability.Problem.Length > 0).Select(known => $"upstream {known.Upstream.Address.Text} {known.Ability.Problem}"));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private (ValidationState State, List<Task> Looks) Look()
    {
        var looks = new List<Task>();
        lock (_lock)
        {
            foreach (var (upstream, ability) in Known())
            {
                ability.FollowClock();
                if (ability.IsDue && upstream.Health.State != UpstreamState.Looping)
                    Start(upstream, ability);
                if (ability.Running is { } running && ability.Finding == AbilityFinding.Unknown)
                    looks.Add(running);
            }
        }

        return (Evaluate(), looks);
    }

    private IEnumerable<(Upstream Upstream, UpstreamAbility Ability)> Known()
    {
        foreach (var upstream in _forwarder.General)
            yield return (upstream, _known.GetValue(upstream, key => new UpstreamAbility(key, _time)));
    }

    private void Start(Upstream upstream, UpstreamAbility ability)
    {
        var wasAble = ability.Finding == AbilityFinding.Able;
        ability.Running = Task.Run(() => LookAsync(upstream, ability, wasAble));
    }

    private async Task LookAsync(Upstream upstream, UpstreamAbility ability, bool wasAble)
    {
        var report = new AbilityReport(AbilityFinding.Silent, "");
        try
        {
            report = await _probe.RunAsync(upstream, _stop.Token);

            // One forged answer must not end validation.
            if (wasAble && report.Finding != AbilityFinding.Able)
                report = await _probe.RunAsync(upstream, _stop.Token);
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            LogStopped(upstream.Address.Text);
        }
        catch (Exception bug)
        {
            // Answers come without validation, too.
            ForwardingLog.ProbingFailed(_log, bug, upstream.Address.Text);
        }

        bool isNew;
        lock (_lock)
        {
            isNew = ability.Note(report);
            ability.Running = null;
        }

        if (isNew)
            Say(upstream, report);
        Evaluate();
    }

    private void Say(Upstream upstream, in AbilityReport report)
    {
        if (report.Finding == AbilityFinding.Able)
            LogAble(upstream.Address.Text);
        else
            LogUnable(upstream.Address.Text, report.Problem);
    }

    private ValidationState Evaluate()
    {
        ValidationState before, after;
        bool isSaid;
        lock (_lock)
        {
            (before, after) = (_state, Combine([.. Known().Select(known => known.Ability)]));
            if (before == after)
                return after;
            _state = after;
            if (after == ValidationState.Validating)
                _generation++;
            isSaid = after != ValidationState.Unknown && after != _said;
            if (isSaid)
                _said = after;
        }

        Changed?.Invoke(before, after);
        if (isSaid)
            SayState(after);
        return after;
    }

    // One that is down helps nobody, unless all are.
    private static ValidationState Combine(UpstreamAbility[] all)
    {
        var up = Array.FindAll(all, static ability => !ability.IsDown);
        var some = up.Length > 0 ? up : all;
        if (Array.Exists(some, static ability => ability.Finding == AbilityFinding.Able))
            return ValidationState.Validating;
        if (Array.Exists(some, static ability => ability is { Finding: AbilityFinding.Unknown, Running: not null, IsSilent: false }))
            return ValidationState.Unknown;
        if (Array.Exists(some, static ability => ability.Finding == AbilityFinding.AnotherTime))
            return ValidationState.ClockWrong;
        return Array.Exists(some, static ability => ability.Finding == AbilityFinding.Unable) ? ValidationState.Tolerating : ValidationState.Unknown;
    }

    private void SayState(ValidationState state)
    {
        switch (state)
        {
            case ValidationState.Validating:
                LogValidating();
                break;
            case ValidationState.ClockWrong:
                LogClockWrong(_time.GetUtcNow().UtcDateTime);
                break;
            default:
                LogTolerating(Problems());
                break;
        }
    }

    [LoggerMessage(LogLevel.Information, "DNSSEC: answers from outside are validated.")]
    private partial void LogValidating();

    [LoggerMessage(LogLevel.Warning, "DNSSEC: answers from outside are not validated, because no upstream gives what it takes: {Problems}. Set another with --upstream (example: 9.9.9.9); validation then begins by itself. --dnssec off says nothing of this.")]
    private partial void LogTolerating(string problems);

    [LoggerMessage(LogLevel.Warning, "DNSSEC: answers from outside are not validated, because this machine's clock is wrong: it says {Now:yyyy-MM-dd HH:mm} UTC, and the root's signatures are right, but of another time. Set the clock; validation then begins by itself.")]
    private partial void LogClockWrong(DateTime now);

    [LoggerMessage(LogLevel.Information, "Upstream {Upstream} passes DNSSEC signatures: what it answers is validated.")]
    private partial void LogAble(string upstream);

    [LoggerMessage(LogLevel.Warning, "Upstream {Upstream} {Problem}. What it answers cannot be validated.")]
    private partial void LogUnable(string upstream, string problem);

    [LoggerMessage(LogLevel.Debug, "Upstream {Upstream}: looking at its signatures stopped with the server.")]
    private partial void LogStopped(string upstream);
}

/// <summary>Whether answers from outside are validated now.</summary>
internal enum ValidationState
{
    /// <summary>Nobody knows yet whether they can be: they are not.</summary>
    Unknown,

    Validating,

    /// <summary>No upstream gives what it takes: answers pass unvalidated.</summary>
    Tolerating,

    /// <summary>Nor do they while the clock is wrong: time comes by names too.</summary>
    ClockWrong,
}
