using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Resolving;

/// <summary>
/// Asks upstreams for data with its signatures, checked by them or not (CD), and judges it here. Askers get what they asked for:
/// DNSSEC records with DO, AD when all is secure, SERVFAIL when it is bogus. With CD they get the data as it is.
/// </summary>
internal sealed partial class ValidatedForwarding
{
    /// <summary>For all keys on the way to an answer; no client waits longer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly Forwarder _forwarder;
    private readonly IHomeNames? _home;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly BlockedNotices _notices;
    private readonly AnswerValidator _validator;
    private readonly long[] _counts = new long[(int)Security.Indeterminate + 1];

    /// <param name="forwarder">Asks.</param>
    /// <param name="options">Valid ones.</param>
    /// <param name="home">Names that nobody signs: ours.</param>
    /// <param name="time">Says whether signatures are valid now.</param>
    /// <param name="clock">Monotonic milliseconds.</param>
    /// <param name="log">Hears of forged answers.</param>
    public ValidatedForwarding(Forwarder forwarder, ValidationOptions options, IHomeNames? home, TimeProvider time, Func<long> clock, ILogger<ValidatedForwarding> log)
    {
        _forwarder = forwarder;
        _home = home;
        _time = time;
        _log = log;
        _notices = new BlockedNotices(time);
        var walker = new ChainWalker(options.ReadAnchors(out _) ?? TrustAnchors.Root, new UpstreamKeys(forwarder), new TrustCache(clock), Now);
        _validator = new AnswerValidator(walker, IsExempt, Now);
    }

    public long Count(Security security) => Interlocked.Read(ref _counts[(int)security]);

    public async Task<ForwardResult> ResolveAsync(CacheQuestion question, CancellationToken cancellation)
    {
        var isUnchecked = (question.Variant & QuestionVariant.CheckingDisabled) != 0 || question.Class != RecordClass.Internet || IsExempt(question.Name);
        var asked = isUnchecked ? question : new CacheQuestion(question.Name, question.Type, question.Class, question.Variant | QuestionVariant.DnssecOk | QuestionVariant.CheckingDisabled);
        var result = await _forwarder.ResolveAsync(asked, cancellation);
        if (result.Message.Length == 0)
            return result;
        if (isUnchecked || result.Outcome != ForwardOutcome.Answered)
        {
            // Others may say that it is authentic; here that is for us to say.
            MessageHeader.SetFlags(result.Message, MessageHeader.Flags(result.Message) & ~HeaderFlags.AuthenticData);
            return result;
        }

        // What remains of an RRset that lost a private address cannot be checked: none of it is handed on.
        if (result.IsFiltered)
            return result with { Message = ValidatedMessage.WithoutRecords(result.Message, question) };
        return await JudgeAsync(question, result, cancellation);
    }

    private async Task<ForwardResult> JudgeAsync(CacheQuestion question, ForwardResult result, CancellationToken cancellation)
    {
        var message = SignedMessage.Read(result.Message, question.QuestionEnd, result.Code);
        var verdict = message is null
            ? Verdict.Bogus(EdeCode.DnssecBogus, "the answer is malformed, or has more RRsets than any answer")
            : await JudgeInTimeAsync(message, question, cancellation);
        Interlocked.Increment(ref _counts[(int)verdict.Security]);
        switch (verdict.Security)
        {
            case Security.Secure or Security.Insecure:
                var rendered = ValidatedMessage.Render(result.Message, question, message!, verdict.Security == Security.Secure, Now());
                byte[] options = verdict.Error is { } note ? [.. result.Options, .. ExtendedErrors.Write(note, verdict.Text)] : result.Options;
                return rendered is null
                    ? new ForwardResult(ForwardOutcome.Failed, [], ResponseCode.ServerFailure, ExtendedErrors.Write(EdeCode.InvalidData, "the answer cannot be written"), 0)
                    : result with { Message = rendered, Options = options, Verdict = verdict.Security };
            case Security.Bogus:
                if (_notices.IsDue(DnsName.ToText(question.Name)))
                    LogBogus(question.ToString(), verdict.Text);
                return new ForwardResult(ForwardOutcome.Bogus, [], ResponseCode.ServerFailure, ExtendedErrors.Write(verdict.Error ?? EdeCode.DnssecBogus, verdict.Text), 0, Verdict: verdict.Security);
            default:
                return new ForwardResult(ForwardOutcome.Failed, [], ResponseCode.ServerFailure, verdict.Options ?? [], 0, Verdict: verdict.Security);
        }
    }

    private async Task<Verdict> JudgeInTimeAsync(SignedMessage message, CacheQuestion question, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await _validator.JudgeAsync(message, question.Name, question.Type, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Verdict(Security.Indeterminate, Options: ExtendedErrors.Write(EdeCode.NoReachableAuthority, $"the keys to check the answer did not come within {Limit.TotalSeconds:0} s"));
        }
    }

    // Single labels stay home as names of the home, and are the top-level domains of everybody else.
    private bool IsExempt(byte[] foldedName) =>
        _forwarder.HasRuleFor(foldedName, 0) || (DnsName.CountLabels(foldedName) > 1 && _home?.StayHome(foldedName) == true);

    private uint Now() => (uint)_time.GetUtcNow().ToUnixTimeSeconds();

    [LoggerMessage(LogLevel.Warning, "DNSSEC: the answer for {Question} is bogus: {Reason}. Clients get SERVFAIL. Logged once an hour for each name.")]
    private partial void LogBogus(string question, string reason);
}
