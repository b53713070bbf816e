using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Peers;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>Some five hundred good and forged answers from a tree signed by BIND, judged by Debian's unbound and by us: RCODE and AD must be the same, but for differences with a reason.</summary>
[Trait("Category", "Slow")]
public sealed class ValidationPeerTests(ITestOutputHelper output)
{
    private const int Seed = 20_261_130;

    private static readonly string[] Zones = [.. SignedTree.Good, "rounds", "expired", "early", "otherkey", "newalgorithm", "newdigest", "plain", "sub.optout"];

    private static readonly (Func<string, Forgery, bool> Holds, string Why)[] Reasons =
    [
        ((name, _) => name.Contains("rounds.", StringComparison.Ordinal), "100 iterations of NSEC3: unbound does 150, we do 50 as BIND does, and then the zone counts as unsigned"),
        ((name, forgery) => forgery != Forgery.None && (Aliases.Contains(name.Split('.')[0]) || name.Contains(".moved.", StringComparison.Ordinal)), "unbound asks for the target of an alias by itself, and does not see what is forged about it; we take it from the answer, and ask when it is missing"),
        ((name, forgery) => forgery == Forgery.DoesNotExist && name.StartsWith("x.wild", StringComparison.Ordinal), "unbound answers with the RCODE that the proofs prove; to us an answer that contradicts its proofs is bogus"),
        ((_, forgery) => forgery == Forgery.NoSoa, "a proof holds without the SOA record; unbound stumbles over the signature that is left of it"),
    ];

    private static readonly string[] Aliases = ["alias", "across", "wildacross", "lost", "lostacross"];

    private static readonly (string Name, RecordType Type)[] Questions =
    [
        ("www", RecordType.A), ("many", RecordType.A), ("www", RecordType.Aaaa), ("mail", RecordType.Mx), ("upper", RecordType.Ptr), ("alias", RecordType.A), ("across", RecordType.A), ("wildacross", RecordType.A),
        ("lost", RecordType.A), ("lostacross", RecordType.A), ("x.wild", RecordType.A), ("x.wild", RecordType.Aaaa), ("x.y.wild", RecordType.A), ("x.wildtxt", RecordType.A), ("x.wildalias", RecordType.A), ("ent", RecordType.A),
        ("deep.ent", RecordType.Txt), ("nope", RecordType.A), ("a.b.nope", RecordType.A), ("x.moved", RecordType.A), ("moved", RecordType.Dname), ("", RecordType.Soa), ("", RecordType.Dnskey), ("", RecordType.Ds), ("", RecordType.Ns), ("gone", RecordType.Ds),
    ];

    private static readonly (string Name, RecordType Type)[] OfForgedZones = [("www", RecordType.A), ("nope", RecordType.A), ("x.wild", RecordType.A)];

    [Fact(Timeout = 300_000)]
    public async Task Judges_as_unbound_does_but_for_the_differences_we_chose()
    {
        await using var tree = await SignedTree.StartAsync();
        await using var upstream = new ForgingUpstream(tree);
        var variants = Choose(upstream);
        await using var unbound = await PeerProcess.StartUnboundAsync(upstream.Server.EndPoint, $"""
            module-config: "validator iterator"
              trust-anchor-file: "{tree.AnchorFile}"
              trust-anchor-signaling: no
              root-key-sentinel: no
              qname-minimisation: no
              aggressive-nsec: no
              harden-below-nxdomain: no
              ede: yes
            """);
        await using var ours = new ForwardingHarness(ForwardingHarness.OptionsFor(upstream.Server), validation: new ValidationOptions { Dnssec = true, TrustAnchorFile = tree.AnchorFile });
        using var asker = new UdpAsker(unbound.EndPoint);
        var different = new List<string>();
        var reasons = new HashSet<string>();
        var verdicts = new Dictionary<string, int>();
        foreach (var (name, type, forgery) in variants)
        {
            var mine = await ours.AskAsync(name, type, dnssecOk: true);
            var theirs = await asker.TryAskAsync(DnsMessage.Query(name, type, dnssecOk: true), TimeSpan.FromSeconds(20));
            theirs.Should().NotBeNull($"unbound answers {name} {type} {forgery}; ours: {mine}");
            var (left, right) = (Shown(mine), Shown(theirs!));
            verdicts[left] = verdicts.GetValueOrDefault(left) + 1;
            if (left == right)
                continue;
            if (Reason(name, forgery) is { } reason)
                reasons.Add(reason);
            else
                different.Add($"{name} {type} {forgery} | ours: {left} {string.Join(", ", mine.Errors)} | unbound: {right} {string.Join(", ", theirs!.Errors)}");
        }

        output.WriteLine(string.Join(", ", verdicts.Select(pair => $"{pair.Key}: {pair.Value}")));
        foreach (var line in different)
            output.WriteLine(line);
        different.Should().BeEmpty();
        reasons.Should().BeEquivalentTo(Reasons.Select(reason => reason.Why), "a difference that is gone must leave the list");
        variants.Should().HaveCountGreaterThan(400);
        verdicts.Should().HaveCountGreaterThan(4, "good, unsigned and forged answers are among them");
    }

    /// <summary>Why we differ from unbound there; null: we may not.</summary>
    private static string? Reason(string name, Forgery forgery) => Reasons.FirstOrDefault(reason => reason.Holds(name, forgery)).Why;

    private static List<(string Name, RecordType Type, Forgery Forgery)> Choose(ForgingUpstream upstream)
    {
        var random = new Random(Seed);
        var forgeries = Enum.GetValues<Forgery>();
        var variants = new List<(string, RecordType, Forgery)>();

        // Every question in every zone, a third of them unforged; then zones whose keys are forged.
        var all = (from zone in Zones from question in Questions select (Name: $"{question.Name}.{zone}.lab.".TrimStart('.'), question.Type)).ToArray();
        random.Shuffle(all);
        foreach (var (name, type) in all)
        {
            var forgery = random.Next(3) == 0 || (type is RecordType.Dnskey or RecordType.Ds && !name.StartsWith("gone", StringComparison.Ordinal)) ? Forgery.None : forgeries[random.Next(forgeries.Length)];
            if (forgery != Forgery.None)
                upstream.Forgeries[(name, type)] = forgery;
            variants.Add((name, type, forgery));
        }

        foreach (var (zone, i) in SignedTree.Forged.Select((zone, i) => (zone, i)))
        {
            var forgery = forgeries[1 + random.Next(forgeries.Length - 1)];
            upstream.Forgeries[($"{zone}.lab.", i % 2 == 0 ? RecordType.Dnskey : RecordType.Ds)] = forgery;
            foreach (var (name, type) in OfForgedZones)
                variants.Add(($"{name}.{zone}.lab.", type, Forgery.None));
        }

        return variants;
    }

    private static string Shown(DnsMessage message) => $"{message.Code}{(message.Has(HeaderFlags.AuthenticData) ? " AD" : "")}";
}
