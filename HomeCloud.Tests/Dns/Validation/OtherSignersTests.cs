using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Peers;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>Zones that others than BIND have signed, good and forged: RCODE and AD as unbound has them.</summary>
[Trait("Category", "Slow")]
public sealed class OtherSignersTests
{
    private const int Seed = 20_261_201;

    private static readonly (string Name, RecordType Type)[] Questions =
    [
        ("www", RecordType.A), ("many", RecordType.A), ("www", RecordType.Aaaa), ("mail", RecordType.Mx), ("text", RecordType.Txt), ("x.wild", RecordType.A), ("y.wild", RecordType.Aaaa),
        ("nope", RecordType.A), ("a.b.nope", RecordType.A), ("ent", RecordType.A), ("deep.ent", RecordType.A), ("", RecordType.Soa), ("gone", RecordType.Ds),
    ];

    // Those that unbound and we judge alike everywhere; ValidationPeerTests has the others.
    private static readonly Forgery[] Forgeries =
    [
        Forgery.NoSignatures, Forgery.NoAnswerSignatures, Forgery.NoAuthoritySignatures, Forgery.WrongSignature, Forgery.OtherData, Forgery.OneRecordMore, Forgery.NoProofs, Forgery.Empty, Forgery.LaterExpiration, Forgery.OtherTag,
    ];

    [Fact(Timeout = 120_000)]
    public async Task What_ldns_Knot_and_PowerDNS_sign_is_judged_as_unbound_judges_it()
    {
        await using var signed = await OtherSigners.StartAsync();
        await using var upstream = new ForgingUpstream(signed.Server);
        await using var unbound = await PeerProcess.StartUnboundValidatorAsync(upstream.Server.EndPoint, signed.AnchorFile);
        await using var ours = new ForwardingHarness(ForwardingHarness.OptionsFor(upstream.Server), validation: new ValidationOptions { Dnssec = DnssecMode.On, TrustAnchorFile = signed.AnchorFile });
        using var asker = new UdpAsker(unbound.EndPoint);
        var random = new Random(Seed);
        var different = new List<string>();
        var bogus = new HashSet<string>();
        foreach (var zone in OtherSigners.Zones)
        {
            // An alias and its target are never forged here: unbound asks for the target by itself.
            foreach (var (label, type) in Questions.Append(("alias", RecordType.A)))
            {
                var name = $"{label}.{zone}.".TrimStart('.');
                var forgery = label == "alias" || random.Next(2) == 0 ? Forgery.None : Forgeries[random.Next(Forgeries.Length)];
                if (forgery != Forgery.None)
                    upstream.Forgeries[(name, type)] = forgery;
                var mine = await ours.AskAsync(name, type, dnssecOk: true);
                var theirs = await asker.TryAskAsync(DnsMessage.Query(name, type, dnssecOk: true), TimeSpan.FromSeconds(20));
                theirs.Should().NotBeNull($"unbound answers {name} {type} {forgery}");
                if (Shown(mine) != Shown(theirs!))
                    different.Add($"{name} {type} {forgery} | ours: {Shown(mine)} {string.Join(", ", mine.Errors)} | unbound: {Shown(theirs!)} {string.Join(", ", theirs!.Errors)}");
                if (forgery == Forgery.None)
                    mine.Has(HeaderFlags.AuthenticData).Should().BeTrue($"{name} {type} is signed well");
                else if (mine.Code == ResponseCode.ServerFailure)
                    bogus.Add(zone);
            }
        }

        different.Should().BeEmpty();
        bogus.Should().BeEquivalentTo(OtherSigners.Zones);
    }

    private static string Shown(DnsMessage message) => $"{message.Code}{(message.Has(HeaderFlags.AuthenticData) ? " AD" : "")}";
}
