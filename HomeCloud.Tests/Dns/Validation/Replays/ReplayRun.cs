using System.Globalization;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>Runs a scenario against our forwarder, which asks <see cref="ReplayRecursor"/>, and says in what the answers differ from those that it lays down.</summary>
internal static class ReplayRun
{
    /// <returns>A line for each difference.</returns>
    /// <exception cref="FormatException">The scenario has something that is not known here.</exception>
    public static async Task<List<string>> RunAsync(ReplayScenario scenario)
    {
        var anchors = scenario.Settings("trust-anchor").Select(line => ReplayText.Record(line, isAuthority: false)).ToList();
        using var signing = new ReplaySigning(scenario, anchors);
        var clock = new ReplayClock(Date(scenario));
        using var root = new ReplayRoot(clock.GetUtcNow());
        var hasRoot = anchors.Exists(anchor => anchor.Owner.Length == 1);
        if (!hasRoot)
            anchors.Add(root.Anchor);
        var recursor = new ReplayRecursor(scenario);
        await using var upstream = new ScriptedServer().When("*", null, reply => reply.Whole = query => (hasRoot ? null : root.Answer(query)) ?? recursor.Answer(query));
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, anchors.Select(Line));
        try
        {
            var forwarding = ForwardingHarness.OptionsFor(upstream);
            forwarding.RebindProtection = false;
            foreach (var zone in scenario.Settings("domain-insecure"))
                forwarding.Forwards.Add($"{zone.TrimEnd('.')}={upstream.EndPoint}");
            var options = new ValidationOptions { Dnssec = DnssecMode.On, TrustAnchorFile = file };
            if (options.ReadAnchors(out var problem) is null)
                return [$"--trust-anchor: {problem}"];
            await using var harness = new ForwardingHarness(forwarding, validation: options, time: clock);
            return await StepsAsync(scenario, harness, recursor, clock);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<List<string>> StepsAsync(ReplayScenario scenario, ForwardingHarness harness, ReplayRecursor recursor, ReplayClock clock)
    {
        var differences = new List<string>();
        DnsMessage? answer = null;
        ReplayEntry? query = null;
        foreach (var step in scenario.Steps)
        {
            recursor.Step = step.Number;
            switch (step.Action)
            {
                case "QUERY":
                    query = step.Entry!;
                    answer = await harness.AskAsync(DnsName.ToText(query.Name), query.Type, dnssecOk: query.Says("DO"), flags: Flags(query), transport: QueryTransport.Tcp);
                    break;
                case "CHECK_ANSWER":
                    if (ReplayCheck.Differences(step.Entry!, query!, answer!) is { Count: > 0 } found)
                        differences.Add($"step {step.Number} {answer!.Name} {DnsText.Of(answer.Type)}: {string.Join("; ", found)} | {string.Join(", ", answer.Errors)} | unscripted: {string.Join(", ", recursor.Unscripted)}");
                    break;
                case "TIME_PASSES":
                    harness.Advance((long)(step.Seconds * 1_000));
                    clock.Pass(step.Seconds);
                    recursor.Forget();
                    break;
                case "TRAFFIC":
                    break;
                default:
                    throw new FormatException($"STEP {step.Action} is not known here.");
            }
        }

        return differences;
    }

    private static HeaderFlags Flags(ReplayEntry query) =>
        (query.Says("RD") ? HeaderFlags.RecursionDesired : 0) | (query.Says("AD") ? HeaderFlags.AuthenticData : 0) | (query.Says("CD") ? HeaderFlags.CheckingDisabled : 0);

    // "-1" leaves dates out of account: then it is the day on which the last signature was made.
    private static DateTimeOffset Date(ReplayScenario scenario)
    {
        var dates = scenario.Settings("val-override-date").ToList();
        return dates is [.., var date] && date != "-1" && !string.IsNullOrEmpty(date)
            ? date.Length == 14 ? ReplayText.Date(date) : DateTimeOffset.FromUnixTimeSeconds(long.Parse(date, CultureInfo.InvariantCulture))
            : DateTimeOffset.FromUnixTimeSeconds(scenario.Entries.SelectMany(entry => entry.Answers.Concat(entry.Authorities))
                .Where(record => record.Type == RecordType.Rrsig).Select(record => (long)(RecordSignature.Read(record.Data)?.Inception ?? 0)).DefaultIfEmpty().Max() + 1);
    }

    private static string Line(LooseRecord anchor) =>
        $"{DnsName.ToText(anchor.Owner)} {(anchor.Type == RecordType.Ds ? "DS" : "DNSKEY")} \\# {anchor.Data.Length} {Convert.ToHexString(anchor.Data)}";

    private sealed class ReplayClock(DateTimeOffset start) : TimeProvider
    {
        private DateTimeOffset _now = start;

        public override DateTimeOffset GetUtcNow() => _now;

        public void Pass(double seconds) => _now = _now.AddSeconds(seconds);
    }
}
