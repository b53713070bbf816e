using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding.Channels;
using HomeCloud.Dns.Forwarding.Upstreams;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving.Ability;

/// <summary>
/// Asks one upstream for what validation needs, and judges what comes: the root's keys, a denial and a delegation signed by them.
/// Also whether it makes addresses (DNS64, RFC 7050): a validator's questions would end that.
/// </summary>
/// <param name="anchors">What is believed now.</param>
/// <param name="time">Measures, and says whether signatures are valid now.</param>
internal sealed class AbilityProbe(Func<TrustAnchors> anchors, TimeProvider time)
{
    // The root has no TXT record, which NSEC proves; routers keep questions for addresses of names without a dot to themselves.
    // Whether com exists or not, what the root says of it is signed.
    private static readonly (byte[] Name, RecordType Type)[] Signed = [(DnsName.Root.ToArray(), RecordType.Txt), (DnsName.Parse("com."), RecordType.Ds)];

    private static readonly CacheQuestion Synthesized = new(DnsName.Parse("ipv4only.arpa."), RecordType.Aaaa, RecordClass.Internet, QuestionVariant.None);

    // A datagram may be lost, and must not end validation.
    private static readonly TimeSpan[] Patience = [TimeSpan.FromMilliseconds(700), TimeSpan.FromMilliseconds(1_300), TimeSpan.FromMilliseconds(2_000)];

    public async Task<AbilityReport> RunAsync(Upstream upstream, CancellationToken cancellation)
    {
        var keys = new RememberedKeys(question => AskAsync(upstream, question, cancellation));
        var validator = new AnswerValidator(Walker(keys, Now), static _ => false, Now);
        var synthesized = AskAsync(upstream, Synthesized, cancellation);
        var verdicts = await Task.WhenAll(Signed.Select(signed => JudgeAsync(upstream, validator, signed.Name, signed.Type, cancellation)));
        var plain = await synthesized;
        var worst = Array.Find(verdicts, static verdict => verdict.Security == Security.Bogus);
        if (worst.Security != Security.Bogus)
            worst = Array.Find(verdicts, static verdict => verdict.Security != Security.Secure);
        if (worst == default)
            return HasAddresses(plain) ? AbilityReport.No("makes IPv6 addresses of IPv4 ones (DNS64), which validation would end") : AbilityReport.Yes;
        if (worst.Error is EdeCode.SignatureExpired or EdeCode.SignatureNotYetValid && await HoldsAtAnotherTimeAsync(keys, cancellation))
            return new AbilityReport(AbilityFinding.AnotherTime, $"sends signatures of another time: {worst.Text}");
        if (worst.Security == Security.Indeterminate)
            return plain.Status == ExchangeStatus.Answered ? AbilityReport.No(worst.Text) : new AbilityReport(AbilityFinding.Silent, "does not answer");
        if (worst.Error == EdeCode.DnskeyMissing && (await keys.SignedTimesAsync(cancellation)).Count > 0)
            return AbilityReport.No($"has a root that is not the one trusted here: {worst.Text}");
        return AbilityReport.No(worst.Error is EdeCode.RrsigsMissing or EdeCode.NsecMissing or EdeCode.DnskeyMissing
            ? $"strips DNSSEC signatures: {worst.Text}"
            : $"changes signed answers: {worst.Text}");
    }

    private async Task<Verdict> JudgeAsync(Upstream upstream, AnswerValidator validator, byte[] name, RecordType type, CancellationToken cancellation)
    {
        var question = new CacheQuestion(name, type, RecordClass.Internet, ValidatedForwarding.Asked);
        var reply = await AskAsync(upstream, question, cancellation);
        if (!reply.IsUsable)
            return new Verdict(Security.Indeterminate, Text: reply.Status == ExchangeStatus.Answered ? $"answers DNSSEC questions with {DnsText.Of(reply.Response.Code)}" : "leaves DNSSEC questions unanswered");
        if (SignedMessage.Read(reply.Response.Message, question.QuestionEnd, reply.Response.Code) is not { } message)
            return Verdict.Bogus(EdeCode.DnssecBogus, "its answers are malformed");
        var verdict = await validator.JudgeAsync(message, name, type, cancellation);
        return verdict.Security == Security.Indeterminate ? verdict with { Text = "does not answer for the root's DNSKEY records" } : verdict;
    }

    // Right by the keys, and for another time: then it is the time that is wrong.
    private async Task<bool> HoldsAtAnotherTimeAsync(RememberedKeys keys, CancellationToken cancellation)
    {
        foreach (var signed in await keys.SignedTimesAsync(cancellation))
        {
            var trust = await Walker(keys, () => signed).FindAsync(DnsName.Root.ToArray(), new ValidationWork(), cancellation);
            if (trust.Kind == TrustKind.Secure)
                return true;
        }

        return false;
    }

    private async Task<UpstreamReply> AskAsync(Upstream upstream, CacheQuestion question, CancellationToken cancellation)
    {
        UpstreamReply reply = default;
        foreach (var patience in Patience)
        {
            using var limit = new CancellationTokenSource(patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            reply = await upstream.TryAsync(question, either.Token);
            if (reply.Status == ExchangeStatus.Answered)
                return reply;
            cancellation.ThrowIfCancellationRequested();
        }

        return reply;
    }

    private static bool HasAddresses(in UpstreamReply reply) => reply.IsUsable && MessageHeader.AnswerCount(reply.Response.Message) > 0;

    private ChainWalker Walker(IKeySource keys, Func<uint> now) => new(anchors(), keys, new TrustCache(static () => 0), now);

    private uint Now() => (uint)time.GetUtcNow().ToUnixTimeSeconds();
}

/// <param name="Finding">What it can do.</param>
/// <param name="Problem">For a person, to be put behind its address; empty when it is able.</param>
internal readonly record struct AbilityReport(AbilityFinding Finding, string Problem)
{
    public static AbilityReport Yes { get; } = new(AbilityFinding.Able, "");

    public static AbilityReport No(string problem) => new(AbilityFinding.Unable, problem);
}

internal enum AbilityFinding
{
    /// <summary>Nobody has looked yet.</summary>
    Unknown,

    /// <summary>It answered nothing at all: that says nothing.</summary>
    Silent,

    Able,

    /// <summary>Its signatures are right, and for another time than this machine's clock says.</summary>
    AnotherTime,

    Unable,
}
