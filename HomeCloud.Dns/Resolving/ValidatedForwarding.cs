using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Dns.Resolving.Ability;
using HomeCloud.Dns.Validation;
using HomeCloud.Dns.Validation.Following;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Resolving;

/// <summary>
/// Asks upstreams for data with its signatures, checked by them or not (CD), and judges it here. Askers get what they asked for:
/// DNSSEC records with DO, AD when all is secure, SERVFAIL when it is bogus. With CD they get the data as it is.
/// </summary>
internal sealed partial class ValidatedForwarding : IDisposable
{
    /// <summary>How answers and keys are asked for that are judged here: with their signatures, checked by upstreams or not.</summary>
    public const QuestionVariant Asked = QuestionVariant.DnssecOk | QuestionVariant.CheckingDisabled | QuestionVariant.Judged;

    private readonly Forwarder _forwarder;
    private readonly IHomeNames? _home;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly BlockedNotices _notices;
    private readonly TrustCache _trust;
    private readonly AnswerValidator _validator;
    private readonly UpstreamAbilities? _abilities;
    private readonly long[] _counts = new long[(int)Security.Indeterminate + 1];

    /// <param name="forwarder">Asks.</param>
    /// <param name="options">Valid ones.</param>
    /// <param name="home">Names that nobody signs: ours.</param>
    /// <param name="time">Says whether signatures are valid now.</param>
    /// <param name="clock">Monotonic milliseconds.</param>
    /// <param name="log">Hears of forged answers.</param>
    /// <param name="dataDirectory">Where keys that the root got since survive; null: they are not followed.</param>
    public ValidatedForwarding(Forwarder forwarder, ValidationOptions options, IHomeNames? home, TimeProvider time, Func<long> clock, ILogger<ValidatedForwarding> log, string? dataDirectory = null)
    {
        _forwarder = forwarder;
        _home = home;
        _time = time;
        _log = log;
        _notices = new BlockedNotices(time);
        _trust = new TrustCache(clock);
        var walker = new ChainWalker(Anchors(options, dataDirectory), new UpstreamKeys(forwarder), _trust, Now);
        _validator = new AnswerValidator(walker, IsExempt, Now, StaysHome);
        if (options.Dnssec != DnssecMode.Auto)
            return;
        _abilities = new UpstreamAbilities(forwarder, new AbilityProbe(() => walker.Anchors, time), time, log);
        _abilities.Changed += Follow;
    }

    /// <summary>Called when answers are validated from now on: what is remembered without may be forged.</summary>
    public event Action? Began;

    /// <summary>Whether answers are validated now; always, unless that depends on the upstreams.</summary>
    public ValidationState State => _abilities?.State ?? ValidationState.Validating;

    /// <summary>Counts how often that began.</summary>
    public int Generation => _abilities?.Generation ?? 0;

    /// <summary>For a person: whether answers are validated, and why not.</summary>
    public string Describe() => State switch
    {
        ValidationState.Validating => _abilities is null ? "on" : "auto, answers are validated",
        ValidationState.ClockWrong => $"auto, answers are not validated: {ClockText()}",
        ValidationState.Tolerating => $"auto, answers are not validated: {_abilities!.Problems()}",
        _ => "auto, no upstream has been looked at yet",
    };

    /// <summary>Whether a response that was remembered without validation would be validated now.</summary>
    public bool Concerns(CachedResponse response) => response.Verdict == Security.Unchecked && !IsUnchecked(response.Name.ToArray(), response.Class, response.Variant);

    /// <summary>The network is another.</summary>
    public void Recheck() => _abilities?.Recheck();

    public void Dispose() => _abilities?.Dispose();

    public long Count(Security security) => Interlocked.Read(ref _counts[(int)security]);

    /// <summary>Forgets all keys, as after a flush of the cache.</summary>
    public void ForgetKeys() => _trust.Clear();

    public async Task<ForwardResult> ResolveAsync(CacheQuestion question, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        var isUnchecked = IsUnchecked(question.Name, question.Class, question.Variant);
        if (isUnchecked || _abilities is null)
            return await ResolveAsync(question, isUnchecked, started, cancellation);
        if (await _abilities.SettleAsync(cancellation) != ValidationState.Validating)
            return await PassAsync(question, started, cancellation);
        var result = await ResolveAsync(question, isUnchecked, started, cancellation);
        if (result is { Outcome: ForwardOutcome.Answered })
            return result;

        // A middle box may strip signatures since a moment ago: that must not look like forgery for long.
        var able = Able();
        var state = await _abilities.DoubtAsync(Left(started), cancellation);

        // A reload has put others in their place: that alone is no reason to let pass what was just found forged.
        if (state == ValidationState.Unknown && Left(started) > TimeSpan.Zero)
            state = await _abilities.SettleAsync(cancellation);
        if (state == ValidationState.Unknown || Left(started) <= TimeSpan.Zero)
            return result;
        if (state != ValidationState.Validating)
            return await PassAsync(question, started, cancellation);
        return Able() == able ? result : await ResolveAsync(question, isUnchecked, started, cancellation);
    }

    // As without validation; but nobody is told that it is authentic, because nobody here knows.
    private async Task<ForwardResult> PassAsync(CacheQuestion question, long started, CancellationToken cancellation)
    {
        var result = await _forwarder.ResolveAsync(question, Left(started), null, cancellation);
        if (result.Message.Length > 0)
            MessageHeader.SetFlags(result.Message, MessageHeader.Flags(result.Message) & ~HeaderFlags.AuthenticData);
        return State != ValidationState.ClockWrong ? result : result with { Options = [.. result.Options, .. ExtendedErrors.Write(EdeCode.Other, $"not validated: {ClockText()}")] };
    }

    private async Task<ForwardResult> ResolveAsync(CacheQuestion question, bool isUnchecked, long started, CancellationToken cancellation)
    {
        var asked = isUnchecked ? question : new CacheQuestion(question.Name, question.Type, question.Class, question.Variant | Asked);
        var result = await _forwarder.ResolveAsync(asked, Left(started), null, cancellation);
        if (result.Message.Length == 0)
            return result;
        if (isUnchecked || result.Outcome != ForwardOutcome.Answered)
        {
            // Others may say that it is authentic; here that is for us to say.
            MessageHeader.SetFlags(result.Message, MessageHeader.Flags(result.Message) & ~HeaderFlags.AuthenticData);

            // FORMERR is what servers without EDNS say to our OPT record; the asker's query has no fault.
            return isUnchecked || result.Code is not (ResponseCode.FormatError or ResponseCode.NotImplemented or ResponseCode.BadVersion) ? result : result with { Message = [], Code = ResponseCode.ServerFailure };
        }

        var (verdict, message) = await JudgeInTimeAsync(result, question, started, cancellation);
        if (verdict.Security == Security.Bogus && Left(started) is var left && left > TimeSpan.Zero)
        {
            // One upstream may be wrong, or a forger may have been lucky once.
            if (message is not null && verdict.Error == EdeCode.DnskeyMissing)
                _validator.ForgetOldKeys(message);
            var other = await _forwarder.ResolveAsync(asked, left, result.From, cancellation);
            if (other.Outcome == ForwardOutcome.Answered)
            {
                var (second, read) = await JudgeInTimeAsync(other, question, started, cancellation);
                if (second.Security != Security.Indeterminate)
                    (verdict, message, result) = (second, read, other);
            }
        }

        return Conclude(question, result, verdict, message);
    }

    private ForwardResult Conclude(CacheQuestion question, ForwardResult result, Verdict verdict, SignedMessage? message)
    {
        // A server that does not recurse may refer; the proofs of what is not there come with answers only.
        if (verdict.Security == Security.Bogus && (question.Variant & QuestionVariant.NonRecursive) != 0 && message is { IsReferral: true })
            verdict = new Verdict(Security.Indeterminate, Options: ExtendedErrors.Write(EdeCode.Other, "the upstream refers to others, and the query does not want recursion"));
        Interlocked.Increment(ref _counts[(int)verdict.Security]);
        switch (verdict.Security)
        {
            case Security.Secure or Security.Insecure when ValidatedMessage.FindPrivateAddress(result.Message, question, result.Rebind) is { } address:
                _forwarder.ReportBlocked(question, result.From!.Address.Text, address);
                return ValidatedMessage.WithoutAddress(result, question, address) with { Verdict = verdict.Security };
            case Security.Secure or Security.Insecure:
                var rendered = ValidatedMessage.Render(result.Message, question, message!, verdict.Security == Security.Secure, Now());
                byte[] options = verdict.Error is { } note ? [.. result.Options, .. ExtendedErrors.Write(note, verdict.Text)] : result.Options;
                return rendered is null
                    ? new ForwardResult(ForwardOutcome.Failed, [], ResponseCode.ServerFailure, ExtendedErrors.Write(EdeCode.InvalidData, "the answer cannot be written"), 0)
                    : result with { Message = rendered, Options = options, Verdict = verdict.Security };
            case Security.Bogus:
                var reason = verdict.Text + verdict.Advice;
                if (_notices.IsDue(DnsName.ToText(question.Name)))
                    LogBogus(question.ToString(), reason);
                return new ForwardResult(ForwardOutcome.Bogus, [], ResponseCode.ServerFailure, ExtendedErrors.Write(verdict.Error ?? EdeCode.DnssecBogus, reason), 0, Verdict: verdict.Security);
            default:
                return new ForwardResult(ForwardOutcome.Failed, [], ResponseCode.ServerFailure, verdict.Options ?? [], 0, Verdict: verdict.Security, MayCache: !verdict.IsLate);
        }
    }

    // Keys of the root that a person names are those that are meant, as with unbound's trust-anchor-file.
    private IAnchors Anchors(ValidationOptions options, string? dataDirectory)
    {
        var anchors = options.ReadAnchors(out _) ?? TrustAnchors.Root;
        return dataDirectory is not null && anchors.HasBuiltInRoot ? new RootFollower(anchors, dataDirectory, _time, _log) : anchors;
    }

    private void Follow(ValidationState before, ValidationState after)
    {
        // What failed may have failed for the lack of what is there now, or of what is no longer asked for.
        _trust.Clear();
        if (after == ValidationState.Validating)
            Began?.Invoke();
    }

    private string ClockText() => $"this machine's clock says {_time.GetUtcNow().UtcDateTime:yyyy-MM-dd HH:mm} UTC, and the root's signatures are right, but of another time: set the clock";

    private bool IsUnchecked(byte[] foldedName, RecordClass @class, QuestionVariant variant) =>
        (variant & QuestionVariant.CheckingDisabled) != 0 || @class != RecordClass.Internet || IsExempt(foldedName);

    private int Able() => _forwarder.General.Count(static upstream => upstream.Signatures.Passes == true);

    /// <summary>Of the time that a question has; never less than nothing.</summary>
    private TimeSpan Left(long started) => TimeSpan.FromTicks(Math.Max(0, (_forwarder.QueryTimeout - _time.GetElapsedTime(started)).Ticks));

    private async Task<(Verdict Verdict, SignedMessage? Message)> JudgeInTimeAsync(ForwardResult result, CacheQuestion question, long started, CancellationToken cancellation)
    {
        if (SignedMessage.Read(result.Message, question.QuestionEnd, result.Code) is not { } message)
            return (Verdict.Bogus(EdeCode.DnssecBogus, "the answer is malformed, or has more RRsets than any answer"), null);
        var left = Left(started);
        using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return (await _validator.JudgeAsync(message, question.Name, question.Type, either.Token), message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // They may be on their way still: the next asker may find them there.
            var late = ExtendedErrors.Write(EdeCode.NoReachableAuthority, $"the answer and the keys to check it did not come within {_forwarder.QueryTimeout.TotalSeconds:0.#} s");
            return (new Verdict(Security.Indeterminate, Options: late) { IsLate = true }, message);
        }
    }

    // Single labels stay home as names of the home, and are the top-level domains of everybody else.
    private bool IsExempt(byte[] foldedName) =>
        _forwarder.HasRuleFor(foldedName, 0) || (DnsName.CountLabels(foldedName) > 1 && _home?.StayHome(foldedName) == true) || IsOfRouter(foldedName);

    // A router that is asked answers for its own page and its DHCP clients, which the signed root does not know.
    private bool IsOfRouter(byte[] foldedName) =>
        RouterNames.Zones.Any(zone => DnsName.IsAtOrBelow(foldedName, zone)) && _forwarder.General.Any(static upstream => upstream.IsInHome);

    // Nor is a single label asked outside when an alias leads there.
    private bool StaysHome(byte[] foldedName) => !_forwarder.HasRuleFor(foldedName, 0) && _home?.StayHome(foldedName) == true;

    private uint Now() => (uint)_time.GetUtcNow().ToUnixTimeSeconds();

    [LoggerMessage(LogLevel.Warning, "DNSSEC: the answer for {Question} is bogus: {Reason}. Clients get SERVFAIL. Logged once an hour for each name.")]
    private partial void LogBogus(string question, string reason);
}
