using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Peers;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>Some five hundred good and forged answers from a tree signed by BIND, judged by Debian's unbound and BIND and by us: RCODE and AD must be the same, but for differences with a reason.</summary>
[Trait("Category", "Slow")]
public sealed class ValidationPeerTests(ITestOutputHelper output)
{
    private const int Seed = 20_261_130;

    private static readonly string[] Zones = [.. SignedTree.Good, "rounds", "expired", "early", "otherkey", "newalgorithm", "newdigest", "plain", "sub.optout"];

    private static readonly (string Peer, Func<string, Forgery, bool> Holds, string Why)[] Reasons =
    [
        ("both", (name, forgery) => Aliases.Contains(name.Split('.')[0]) || name.Contains(".moved.", StringComparison.Ordinal), "they ask for the target of an alias by itself, and see what is forged there; we take it from the answer, and ask when it is missing"),
        ("both", (_, forgery) => forgery == Forgery.NoSoa, "a proof holds without the SOA record; they stumble over the signature that is left of it"),
        ("unbound", (name, _) => name is "x.wildplain.lab." or "x.wildhost.lab." or "x.wildsub.optout.lab.", "unbound takes the proof of the wildcard for one of the zone to which its alias leads; BIND does not"),
        ("unbound", (name, forgery) => (forgery == Forgery.DoesNotExist && name.StartsWith("x.wild", StringComparison.Ordinal)) || (forgery == Forgery.OtherCode && name.StartsWith("www.", StringComparison.Ordinal)), "unbound answers with the RCODE that the proofs prove; to us an answer that contradicts its proofs is bogus"),
        ("bind", (name, forgery) => forgery != Forgery.None && Zones.Contains(name.Replace(".lab.", "", StringComparison.Ordinal)), "BIND answers SOA and NS of a zone from what it has of other answers"),
        ("bind", (name, forgery) => forgery == Forgery.UnsignedDenial && name.StartsWith("mail.", StringComparison.Ordinal), "BIND answers for RRSIG from what it has of other answers"),
        ("bind", (name, forgery) => forgery == Forgery.OtherCode && !name.StartsWith("www.", StringComparison.Ordinal), "BIND refuses records beside NXDOMAIN from unsigned zones too"),
        ("bind", (_, forgery) => forgery is Forgery.WrongSignature or Forgery.OtherData or Forgery.OtherSigner or Forgery.LaterExpiration or Forgery.OtherTag or Forgery.WrongLabels, "BIND believes a proof beside a forged SOA, without AD"),
    ];

    private static readonly string[] Aliases = ["alias", "across", "wildacross", "lost", "lostacross"];

    private static readonly (string Name, RecordType Type)[] Questions =
    [
        ("www", RecordType.A), ("many", RecordType.A), ("www", RecordType.Aaaa), ("mail", RecordType.Mx), ("upper", RecordType.Ptr), ("alias", RecordType.A), ("across", RecordType.A), ("wildacross", RecordType.A),
        ("lost", RecordType.A), ("lostacross", RecordType.A), ("x.wild", RecordType.A), ("x.wild", RecordType.Aaaa), ("x.y.wild", RecordType.A), ("x.wildtxt", RecordType.A), ("x.wildalias", RecordType.A), ("ent", RecordType.A),
        ("deep.ent", RecordType.Txt), ("nope", RecordType.A), ("a.b.nope", RecordType.A), ("x.moved", RecordType.A), ("moved", RecordType.Dname), ("", RecordType.Soa), ("", RecordType.Dnskey), ("", RecordType.Ds), ("", RecordType.Ns), ("gone", RecordType.Ds),
    ];

    // Aliases of wildcards that lead into an unsigned zone below; and the only name without a zone above.
    private static readonly (string Name, RecordType Type)[] Once =
    [
        ("x.wildplain.lab.", RecordType.A), ("x.wildhost.lab.", RecordType.Aaaa), ("x.wildhost.lab.", RecordType.A), ("x.wildsub.optout.lab.", RecordType.A), (".", RecordType.Ds), (".", RecordType.Soa),
    ];

    // Of names that no other question asks for.
    private static readonly (string Name, RecordType Type, Forgery Forgery)[] Late =
    [
        ("y.wild", RecordType.A, Forgery.OtherCode), ("none", RecordType.A, Forgery.OtherCode), ("www", RecordType.Txt, Forgery.OtherCode), ("z.wild", RecordType.A, Forgery.UnsignedDenial), ("mail", RecordType.Rrsig, Forgery.UnsignedDenial), ("ns", RecordType.A, Forgery.OtherCode),
    ];

    private static readonly (string Name, RecordType Type)[] OfForgedZones = [("www", RecordType.A), ("nope", RecordType.A), ("x.wild", RecordType.A)];

    [Fact(Timeout = 300_000)]
    public async Task Judges_as_unbound_and_BIND_do_but_for_the_differences_we_chose()
    {
        await using var tree = await SignedTree.StartAsync();
        await using var upstream = new ForgingUpstream(tree.Server);
        var variants = Choose(upstream);
        await using var unbound = await PeerProcess.StartUnboundValidatorAsync(upstream.Server.EndPoint, tree.AnchorFile);
        await using var ours = new ForwardingHarness(ForwardingHarness.OptionsFor(upstream.Server), validation: new ValidationOptions { Dnssec = DnssecMode.On, TrustAnchorFile = tree.AnchorFile });
        var anchor = (await File.ReadAllTextAsync(tree.AnchorFile)).Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        await using var bind = await PeerProcess.StartBindValidatorAsync(upstream.Server.EndPoint, $". static-ds {anchor[3]} {anchor[4]} {anchor[5]} \"{string.Concat(anchor[6..])}\";");
        using var asker = new UdpAsker(unbound.EndPoint);
        using var bindAsker = new UdpAsker(bind.EndPoint);
        var different = new List<string>();
        var reasons = new HashSet<string>();
        var verdicts = new Dictionary<string, int>();
        foreach (var (name, type, forgery) in variants)
        {
            var mine = await ours.AskAsync(name, type, dnssecOk: true);
            verdicts[Shown(mine)] = verdicts.GetValueOrDefault(Shown(mine)) + 1;
            foreach (var (peer, server) in ((string, UdpAsker)[])[("unbound", asker), ("bind", bindAsker)])
            {
                var theirs = await server.TryAskAsync(DnsMessage.Query(name, type, dnssecOk: true), TimeSpan.FromSeconds(20));
                theirs.Should().NotBeNull($"{peer} answers {name} {type} {forgery}");
                if (Shown(mine) == Shown(theirs!))
                    continue;
                if (Reason(peer, name, forgery) is { } reason)
                    reasons.Add(reason);
                else
                    different.Add($"{name} {type} {forgery} | ours: {Shown(mine)} {string.Join(", ", mine.Errors)} | {peer}: {Shown(theirs!)} {string.Join(", ", theirs!.Errors)}");
            }
        }

        output.WriteLine(string.Join(", ", verdicts.Select(pair => $"{pair.Key}: {pair.Value}")));
        foreach (var line in different)
            output.WriteLine(line);
        different.Should().BeEmpty();
        reasons.Should().BeEquivalentTo(Reasons.Select(reason => reason.Why), "a difference that is gone must leave the list");
        variants.Should().HaveCountGreaterThan(400);
        verdicts.Should().HaveCountGreaterThan(4, "good, unsigned and forged answers are among them");
    }

    /// <summary>Why we differ from a peer there; null: we may not.</summary>
    private static string? Reason(string peer, string name, Forgery forgery) =>
        Reasons.FirstOrDefault(reason => (reason.Peer == peer || reason.Peer == "both") && reason.Holds(name, forgery)).Why;

    private static List<(string Name, RecordType Type, Forgery Forgery)> Choose(ForgingUpstream upstream)
    {
        var random = new Random(Seed);
        var forgeries = Enum.GetValues<Forgery>().Where(forgery => forgery < Forgery.OtherCode).ToArray();
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

        foreach (var (name, type) in Once)
            variants.Add((name, type, Forgery.None));
        foreach (var (name, type, forgery) in from zone in Zones from late in Late select (Name: $"{late.Name}.{zone}.lab.", late.Type, late.Forgery))
        {
            upstream.Forgeries[(name, type)] = forgery;
            variants.Add((name, type, forgery));
        }

        return variants;
    }

    private static string Shown(DnsMessage message) => $"{message.Code}{(message.Has(HeaderFlags.AuthenticData) ? " AD" : "")}";
}
