using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>The internet as all servers of a comparison see it.</summary>
internal static class PeerScript
{
    private const string Soa = "example. 300 SOA ns.example. root.example. 1 3600 600 86400 60";

    /// <summary>Names and the types asked of them.</summary>
    public static readonly (string Name, RecordType[] Types)[] Names =
    [
        ("www.example.", [RecordType.A, RecordType.Aaaa, RecordType.Txt]),
        ("Many.Example.", [RecordType.A]),
        ("alias.example.", [RecordType.A, RecordType.Aaaa, RecordType.Cname]),
        ("chain.example.", [RecordType.A]),
        ("mail.example.", [RecordType.Mx, RecordType.A]),
        ("_ssh._tcp.example.", [RecordType.Srv]),
        ("1.2.0.192.in-addr.arpa.", [RecordType.Ptr]),
        ("8.8.8.8.in-addr.arpa.", [RecordType.Ptr]),
        ("text.example.", [RecordType.Txt]),
        ("long.example.", [RecordType.Txt]),
        ("odd.example.", [(RecordType)65280]),
        ("https.example.", [RecordType.Https]),
        ("none.example.", [RecordType.A, RecordType.Aaaa]),
        ("a.b.none.example.", [RecordType.A]),
        ("gone.example.", [RecordType.A]),
        ("nodata.example.", [RecordType.A, RecordType.Txt]),
        ("delegated.example.", [RecordType.A]),
        ("servfail.example.", [RecordType.A]),
        ("refused.example.", [RecordType.A]),
        ("zero.example.", [RecordType.A]),
        ("auth.example.", [RecordType.A]),
        ("extra.example.", [RecordType.A]),
        ("example.", [RecordType.Soa, RecordType.Ns]),
        ("signed.example.", [RecordType.A]),
        ("xn--bcher-kva.example.", [RecordType.A]),
        ("under_score.example.", [RecordType.A]),
        ("private.example.", [RecordType.A]),
        (new string('a', 63) + "." + new string('b', 63) + "." + new string('c', 63) + "." + new string('d', 50) + ".example.", [RecordType.A]),
    ];

    public static ScriptedServer Start()
    {
        var server = new ScriptedServer();
        When(server, "www.example.", RecordType.A, "@ 300 A 192.0.2.1");
        When(server, "www.example.", RecordType.Aaaa, "@ 300 AAAA 2001:db8::1");
        When(server, "many.example.", RecordType.A, [.. Enumerable.Range(1, 8).Select(i => $"@ 300 A 192.0.2.{i}")]);
        When(server, "alias.example.", RecordType.Aaaa, "@ 300 CNAME www.example.", "www.example. 300 AAAA 2001:db8::1");
        When(server, "alias.example.", RecordType.Cname, "@ 300 CNAME www.example.");
        When(server, "alias.example.", RecordType.A, "@ 300 CNAME www.example.", "www.example. 300 A 192.0.2.1");
        When(server, "chain.example.", RecordType.A, "@ 300 CNAME c1.example.", "c1.example. 300 CNAME c2.example.", "c2.example. 300 CNAME c3.example.", "c3.example. 300 A 192.0.2.9");
        When(server, "c1.example.", RecordType.A, "@ 300 CNAME c2.example.", "c2.example. 300 CNAME c3.example.", "c3.example. 300 A 192.0.2.9");
        When(server, "c2.example.", RecordType.A, "@ 300 CNAME c3.example.", "c3.example. 300 A 192.0.2.9");
        When(server, "c3.example.", RecordType.A, "@ 300 A 192.0.2.9");
        When(server, "8.8.8.8.in-addr.arpa.", RecordType.Ptr, "@ 300 PTR dns.example.");
        When(server, "mail.example.", RecordType.Mx, "@ 300 MX 10 mx1.example.", "@ 300 MX 20 mx2.example.");
        When(server, "_ssh._tcp.example.", RecordType.Srv, "@ 300 SRV 1 2 22 www.example.");
        When(server, "1.2.0.192.in-addr.arpa.", RecordType.Ptr, "@ 300 PTR www.example.");
        When(server, "text.example.", RecordType.Txt, "@ 300 TXT one two three");
        server.When("long.example.", RecordType.Txt, reply => reply.Filler = 3_000);
        When(server, "odd.example.", null, "@ 300 TYPE65280 \\# 4 01020304");
        When(server, "https.example.", RecordType.Https, "@ 300 HTTPS 1 . ipv4hint=192.0.2.1");
        When(server, "example.", RecordType.Soa, Soa);
        When(server, "example.", RecordType.Ns, "@ 300 NS ns.example.");
        When(server, "zero.example.", RecordType.A, "@ 0 A 192.0.2.1");
        When(server, "xn--bcher-kva.example.", RecordType.A, "@ 300 A 192.0.2.1");
        When(server, "under_score.example.", RecordType.A, "@ 300 A 192.0.2.1");
        When(server, "private.example.", RecordType.A, "@ 300 A 192.168.1.1");
        When(server, Names[^1].Name, RecordType.A, "@ 300 A 192.0.2.1");
        server.When("signed.example.", RecordType.A, reply =>
        {
            reply.Answers.Add("@ 300 A 192.0.2.1");
            reply.Flags |= HeaderFlags.AuthenticData;
        });
        server.When("auth.example.", RecordType.A, reply =>
        {
            reply.Answers.Add("@ 300 A 192.0.2.1");
            reply.Authorities.Add("example. 300 NS ns.example.");
            reply.Additionals.Add("ns.example. 300 A 192.0.2.53");
        });
        server.When("extra.example.", RecordType.A, reply =>
        {
            reply.Answers.Add("@ 300 A 192.0.2.1");
            reply.Additionals.Add("bank.test. 300 A 203.0.113.66");
        });
        server.When("gone.example.", RecordType.A, reply =>
        {
            reply.Code = ResponseCode.NameError;
            reply.Answers.Add("@ 300 CNAME none.example.");
            reply.Authorities.Add(Soa);
        });
        server.When("servfail.example.", null, reply => reply.Code = ResponseCode.ServerFailure);
        server.When("refused.example.", null, reply => reply.Code = ResponseCode.Refused);
        foreach (var name in (string[])["none.example.", "*.none.example."])
            Deny(server, name, ResponseCode.NameError);
        foreach (var name in (string[])["www.example.", "mail.example.", "nodata.example.", "delegated.example."])
            Deny(server, name, ResponseCode.NoError);
        server.When("*", null, reply => reply.Code = ResponseCode.NameError);
        return server;
    }

    private static void When(ScriptedServer server, string name, RecordType? type, params string[] answers) => server.When(name, type, reply => reply.Answers.AddRange(answers));

    private static void Deny(ScriptedServer server, string name, ResponseCode code) => server.When(name, null, reply =>
    {
        reply.Code = code;
        reply.Authorities.Add(Soa);
    });
}
