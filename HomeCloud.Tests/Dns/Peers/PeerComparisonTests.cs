using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>Asks Debian's unbound and dnsmasq and us the same questions over the same upstream, cold and cached. Every difference must be one of intended-differences.txt, and each of those must occur.</summary>
[Trait("Category", "Slow")]
public sealed class PeerComparisonTests(ITestOutputHelper output)
{
    private const HeaderFlags Compared = HeaderFlags.Truncated | HeaderFlags.RecursionDesired | HeaderFlags.RecursionAvailable
        | HeaderFlags.Authoritative | HeaderFlags.Reserved | HeaderFlags.AuthenticData | HeaderFlags.CheckingDisabled;

    [Fact(Timeout = 300_000)]
    public async Task Answers_as_unbound_and_dnsmasq_do_but_for_the_differences_we_chose()
    {
        await using var script = PeerScript.Start();
        await using var ours = await PeerProcess.StartHomeCloudAsync("--upstream", script.EndPoint.ToString(), "--loop-detection", "false");
        await using var unbound = await PeerProcess.StartUnboundAsync(script.EndPoint);
        await using var dnsmasq = await PeerProcess.StartDnsmasqAsync(script.EndPoint);
        var intended = IntendedDifference.ReadAll();
        var unexpected = new List<string>();
        var compared = 0;

        foreach (var question in Questions())
        {
            var answer = await AskAsync(ours, question);
            foreach (var (name, peer) in ((string, PeerProcess)[])[("unbound", unbound), ("dnsmasq", dnsmasq)])
            {
                var other = await AskAsync(peer, question);
                compared++;
                foreach (var (aspect, mine, theirs) in Differences(answer, other))
                {
                    var covered = intended.FirstOrDefault(difference => difference.Covers(name, question, aspect));
                    if (covered is not null)
                        covered.IsUsed = true;
                    else
                        unexpected.Add($"{name} | {question} | {aspect} | ours: {mine} theirs: {theirs}");
                }
            }
        }

        output.WriteLine($"{compared} comparisons, {intended.Count} intended differences.");
        foreach (var line in unexpected)
            output.WriteLine(line);
        unexpected.Should().BeEmpty();
        intended.Where(difference => !difference.IsUsed).Should().BeEmpty("a difference that is gone must leave the list");
        compared.Should().BeGreaterThan(400);
    }

    // Twice: from the upstream, then from the cache.
    private static IEnumerable<ComparedQuestion> Questions() =>
        from round in Enumerable.Range(0, 2)
        from asked in PeerScript.Names
        from type in asked.Types
        from shape in ComparedQuestion.Shapes
        select new ComparedQuestion(asked.Name, type, shape);

    private static async Task<DnsMessage> AskAsync(PeerProcess server, ComparedQuestion question)
    {
        using var asker = new UdpAsker(server.EndPoint);
        var query = question.Query((ushort)Random.Shared.Next(65536));
        if (question.IsTcp)
            return await asker.AskTcpAsync(query);
        var answer = await asker.TryAskAsync(query, TimeSpan.FromSeconds(20));
        return answer ?? throw new TimeoutException($"{server.EndPoint} does not answer {question}: {server.Output}");
    }

    private static IEnumerable<(string Aspect, string Ours, string Theirs)> Differences(DnsMessage ours, DnsMessage theirs)
    {
        if (ours.Code != theirs.Code)
            yield return ("rcode", ours.Code.ToString(), theirs.Code.ToString());
        if (((ours.Flags ^ theirs.Flags) & Compared) != 0)
            yield return ("flags", (ours.Flags & Compared).ToString(), (theirs.Flags & Compared).ToString());
        if (ours.Name != theirs.Name)
            yield return ("question", ours.Name, theirs.Name);
        if (ours.HasEdns != theirs.HasEdns)
            yield return ("edns", ours.HasEdns.ToString(), theirs.HasEdns.ToString());
        foreach (var (aspect, mine, other) in ((string, List<string>, List<string>)[])[("answer", ours.Answers, theirs.Answers), ("authority", ours.Authorities, theirs.Authorities), ("additional", ours.Additionals, theirs.Additionals)])
        {
            var (left, right) = (Shown(mine), Shown(other));
            if (left != right)
                yield return (aspect, left, right);
        }
    }

    // Without TTLs, which depend on the moment, in any order, and letter case aside.
    private static string Shown(List<string> records) => string.Join("; ", records
        .Select(record => record.Split(' ', 3))
        .Select(parts => $"{parts[0]} {parts[2]}".ToLowerInvariant())
        .Order(StringComparer.Ordinal));
}
