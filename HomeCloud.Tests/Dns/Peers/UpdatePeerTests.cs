using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using HomeCloud.Tests.Dns.Updating;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>
/// BIND and we hold the same zone and get the same updates, most of them with prerequisites, many of them wrong: the same code must
/// come back, and after each the same records be there. And nsupdate and knsupdate, with keys that tsig-keygen has made.
/// </summary>
[Trait("Category", "Slow")]
public sealed class UpdatePeerTests(ITestOutputHelper output) : IDisposable
{
    private const string Policy = "grant certbot subdomain _acme-challenge.example.org. TXT; grant admin zonesub ANY;";

    private static readonly TestKey Certbot = new("certbot.");
    private static readonly TestKey Admin = new("admin.", "hmac-sha512");
    private static readonly RecordType[] Types = [RecordType.Txt, RecordType.A, RecordType.Mx, RecordType.Cname];
    private static readonly string[] Labels = ["nas", "_acme-challenge", "x._acme-challenge", "new", "a.new", "www"];

    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-update-").FullName;

    private string Keys => Path.Combine(_folder, "keys");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Timeout = 300_000)]
    [InlineData("example.org.", 1)]
    [InlineData("acme.example.net.", 2)]
    public async Task Six_hundred_updates_have_the_results_that_BIND_gives_them(string zone, int seed)
    {
        await using var script = new ScriptedServer().When("*", null, reply => reply.Code = ResponseCode.Refused);
        var (ours, bind) = await StartBothAsync(zone, script);
        await using var first = ours;
        await using var second = bind;
        var random = new Random(seed);
        var (codes, unexpected) = (new SortedDictionary<string, int>(), new List<string>());
        for (var i = 0; i < 600 && unexpected.Count < 10; i++)
        {
            var told = new List<string>();
            var update = RandomUpdate(random, zone, told);
            var key = random.Next(6) == 0 ? Certbot : Admin;
            var message = UpdateBuilder.Sign(update.Build(), key, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
            var (mine, theirs) = (await SendAsync(ours, message), await SendAsync(bind, message));
            codes[DnsText.Of(theirs)] = codes.GetValueOrDefault(DnsText.Of(theirs)) + 1;
            if (mine != theirs)
                unexpected.Add($"{i} {key.Name} {string.Join(", ", told)} | ours: {DnsText.Of(mine)} | BIND: {DnsText.Of(theirs)}");
            foreach (var (label, type) in Labels.SelectMany(label => Types.Select(type => (label, type))).Where(_ => theirs == ResponseCode.NoError || mine != theirs))
            {
                var (left, right) = (await AskAsync(ours, $"{label}.{zone}", type), await AskAsync(bind, $"{label}.{zone}", type));
                if (left != right)
                    unexpected.Add($"{i} {string.Join(", ", told)} | {label} {type} | ours: {left} | BIND: {right}");
            }
        }

        output.WriteLine(string.Join(", ", codes.Select(code => $"{code.Key} {code.Value}")));
        foreach (var line in unexpected)
            output.WriteLine(line);
        unexpected.Should().BeEmpty();
        codes.Keys.Should().Contain(["NOERROR", "REFUSED", "FORMERR", "NOTZONE", "YXDOMAIN", "NXDOMAIN", "YXRRSET", "NXRRSET"]);
    }

    [Fact(Timeout = 180_000)]
    public async Task Wrong_signatures_have_the_codes_that_BIND_gives_them()
    {
        await using var script = new ScriptedServer().When("*", null, reply => reply.Code = ResponseCode.Refused);
        var (ours, bind) = await StartBothAsync("example.org.", script);
        await using var first = ours;
        await using var second = bind;
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var plain = new UpdateBuilder("example.org.").Add("_acme-challenge.example.org.", RecordType.Txt, UpdateBuilder.Text("x")).Build();
        var good = UpdateBuilder.Sign(plain, Admin, now);
        var changed = good.ToArray();
        changed[^20] ^= 1;
        (string What, byte[] Message)[] all =
        [
            ("good", good),
            ("unknown key", UpdateBuilder.Sign(plain, new TestKey("nobody."), now)),
            ("wrong secret", UpdateBuilder.Sign(plain, Admin with { Secret = new byte[32] }, now)),
            ("another algorithm", UpdateBuilder.Sign(plain, Admin with { Algorithm = "hmac-sha256" }, now)),
            ("changed", changed),
            ("too old", UpdateBuilder.Sign(plain, Admin, now - 400)),
            ("too new", UpdateBuilder.Sign(plain, Admin, now + 400)),
            ("cut to half", UpdateBuilder.Sign(plain, Admin, now, macLength: 32)),
            ("cut to ten", UpdateBuilder.Sign(plain, Admin, now, macLength: 10)),
            ("without a MAC", UpdateBuilder.Sign(plain, Admin, now, macLength: 0)),
            ("signed twice", UpdateBuilder.Sign(good, Admin, now)),
            ("another zone", UpdateBuilder.Sign(new UpdateBuilder("example.com.").Build(), Admin, now)),
            ("below the zone", UpdateBuilder.Sign(new UpdateBuilder("nas.example.org.").Build(), Admin, now)),
            ("zone of type A", UpdateBuilder.Sign(new UpdateBuilder("example.org.") { ZoneType = RecordType.A }.Build(), Admin, now)),
            ("empty", UpdateBuilder.Sign(new UpdateBuilder("example.org.").Build(), Admin, now)),
            ("unsigned", plain),
        ];
        var unexpected = new List<string>();
        foreach (var (what, message) in all)
        {
            var (mine, theirs) = (await AnswerAsync(ours, message), await AnswerAsync(bind, message));
            output.WriteLine($"{what}: {mine}");
            if (mine != theirs)
                unexpected.Add($"{what} | ours: {mine} | BIND: {theirs}");
        }

        // RFC 8945 §5.2.2.1 wants FORMERR for a signature of this length, and no error beside it.
        unexpected.Should().Equal(
            "cut to ten | ours: FORMERR no TSIG | BIND: FORMERR TSIG error 16, MAC 0, other 0",
            "without a MAC | ours: FORMERR no TSIG | BIND: NOTAUTH TSIG error 16, MAC 0, other 0");
    }

    [Fact(Timeout = 180_000)]
    public async Task Nsupdate_and_knsupdate_use_keys_of_tsig_keygen()
    {
        var (one, two) = (Path.Combine(_folder, "certbot.key"), Path.Combine(_folder, "lego.key"));
        await File.WriteAllTextAsync(one, await ClientProcess.RunAsync("tsig-keygen", "-a hmac-sha256 certbot"));
        await File.WriteAllTextAsync(two, await ClientProcess.RunAsync("tsig-keygen", "-a hmac-sha512 lego"));
        await File.WriteAllTextAsync(Keys, await File.ReadAllTextAsync(one) + await File.ReadAllTextAsync(two));
        await using var ours = await PeerProcess.StartHomeCloudAsync("--upstream", "127.0.0.1:9", "--update-keys", Keys, "--delegated-zone", "acme.example.net=home.example.net");
        var commands = Path.Combine(_folder, "commands");
        async Task<string> RunAsync(string tool, string name, string text, bool mustSucceed = true)
        {
            await File.WriteAllTextAsync(commands, $"server {ours.EndPoint.Address} {ours.EndPoint.Port}\nzone {name.Split('.', 3)[^1]}\nupdate add {name} 60 TXT \"{text}\"\nsend\nquit\n");
            return await ClientProcess.RunAsync(tool.Split(' ')[0], $"{tool.Split(' ', 2)[1]} {commands}", mustSucceed);
        }

        var secret = (await File.ReadAllTextAsync(one)).Split('"')[3];
        await RunAsync($"nsupdate -k {one}", "_acme-challenge.nas.home.", "by UDP");
        await RunAsync($"nsupdate -v -k {two}", "_acme-challenge.nas.acme.example.net.", "by TCP");
        await RunAsync($"knsupdate -y hmac-sha256:certbot:{secret}", "_acme-challenge.nas.home.", "of Knot");
        (await RunAsync($"nsupdate -k {one}", "www.nas.home.", "refused", mustSucceed: false)).Should().Contain("REFUSED");
        (await RunAsync($"nsupdate -y hmac-sha256:certbot:{Convert.ToBase64String(new byte[32])}", "_acme-challenge.nas.home.", "forged", mustSucceed: false)).Should().Contain("BADSIG");

        // Without a zone it asks for the SOA first, with a signature, and wants one back.
        await File.WriteAllTextAsync(commands, $"server {ours.EndPoint.Address} {ours.EndPoint.Port}\nupdate add _acme-challenge.acme.example.net. 60 TXT \"found\"\nsend\nquit\n");
        await ClientProcess.RunAsync("nsupdate", $"-k {one} {commands}");

        (await AskAsync(ours, "_acme-challenge.nas.home.", RecordType.Txt)).Should().Be("_acme-challenge.nas.home. 60 txt by udp; _acme-challenge.nas.home. 60 txt of knot");
        (await AskAsync(ours, "_acme-challenge.nas.acme.example.net.", RecordType.Txt)).Should().Contain("by tcp");
        (await AskAsync(ours, "_acme-challenge.acme.example.net.", RecordType.Txt)).Should().Contain("found");
        (await AskAsync(ours, "www.nas.home.", RecordType.Txt)).Should().BeEmpty();
    }

    private static UpdateBuilder RandomUpdate(Random random, string zone, List<string> told)
    {
        var builder = new UpdateBuilder(zone);
        for (var left = random.Next(3); left > 0; left--)
        {
            var (name, type) = (RandomName(random, zone), Types[random.Next(Types.Length)]);
            var (asked, @class, data) = random.Next(5) switch
            {
                0 => (RecordType.Any, RecordClass.Any, []),
                1 => (type, RecordClass.Any, []),
                2 => (RecordType.Any, RecordClass.None, []),
                3 => (type, RecordClass.None, []),
                _ => (type, RecordClass.Internet, RandomData(random, type)),
            };
            builder.If(name, asked, @class, data, random.Next(40) == 0 ? 1U : 0U);
            told.Add($"if {name} {asked} {@class} {Convert.ToHexStringLower(data)}");
        }

        for (var left = random.Next(1, 4); left > 0; left--)
        {
            var (name, type) = (RandomName(random, zone), Types[random.Next(zone[0] == 'a' ? 3 : 4)]);
            var ttl = (uint)(60 * random.Next(1, 3));
            var (changed, @class, data) = random.Next(9) switch
            {
                0 => (RecordType.Any, RecordClass.Any, []),
                1 => (type, RecordClass.Any, []),
                2 or 3 => (type, RecordClass.None, RandomData(random, type)),
                4 when random.Next(6) == 0 => (RecordType.Any, RecordClass.Internet, [1]),
                5 when random.Next(6) == 0 => (type, RecordClass.Any, RandomData(random, type)),
                _ => (type, RecordClass.Internet, RandomData(random, type)),
            };
            builder.Then(name, changed, @class, data, @class == RecordClass.Internet || random.Next(30) == 0 ? ttl : 0);
            told.Add($"{name} {changed} {@class} {ttl} {Convert.ToHexStringLower(data)}");
        }

        return builder;
    }

    // The zone itself is in no label; its SOA and NS differ.
    private static string RandomName(Random random, string zone) => random.Next(40) == 0 ? "elsewhere.test." : random.Next(20) == 0 ? $"{Labels[random.Next(Labels.Length)].ToUpperInvariant()}.{zone}" : $"{Labels[random.Next(Labels.Length - 1)]}.{zone}";

    private static byte[] RandomData(Random random, RecordType type) => type switch
    {
        RecordType.Txt => UpdateBuilder.Text($"t{random.Next(3)}"),
        RecordType.A => UpdateBuilder.Address($"192.0.2.{random.Next(1, 4)}"),
        RecordType.Mx => [0, (byte)random.Next(1, 3), .. DnsName.Parse("mail.example.com.")],
        _ => DnsName.Parse("www.example.org."),
    };

    private async Task<(PeerProcess Ours, PeerProcess Bind)> StartBothAsync(string zone, ScriptedServer upstream)
    {
        await File.WriteAllTextAsync(Keys, $"{Certbot.Statement}{Admin.Statement}update-policy {{ {Policy} }};\n");
        var file = Path.Combine(_folder, "zone");
        var isDelegated = zone[0] == 'a';
        await File.WriteAllTextAsync(file, $"$ORIGIN {zone}\n$TTL 300\n@ SOA ns.example.com. host.example.com. 1 3600 600 86400 60\n@ NS ns.example.com.\n"
            + (isDelegated ? "" : "nas A 192.0.2.1\nnas TXT t0\n_acme-challenge TXT t1\nwww A 192.0.2.9\n"));
        var copy = Path.Combine(_folder, "copy");
        File.Copy(file, copy);
        var ours = await PeerProcess.StartHomeCloudAsync(
        [
            "--upstream", upstream.EndPoint.ToString(), "--loop-detection", "false", "--cache-size", "0", "--update-keys", Keys,
            .. isDelegated ? (string[])["--delegated-zone", $"{zone}=ns.example.com."] : ["--zone-file", file],
        ]);
        return (ours, await PeerProcess.StartBindAsync(zone.TrimEnd('.'), copy, $"update-policy {{ {Policy} }};", Certbot.Statement + Admin.Statement));
    }

    private static async Task<ResponseCode> SendAsync(PeerProcess server, byte[] message)
    {
        using var asker = new UdpAsker(server.EndPoint);
        return (await asker.AskTcpAsync(message)).Code;
    }

    // The code of the header, and what the TSIG record says: error, and whether there is a signature.
    private static async Task<string> AnswerAsync(PeerProcess server, byte[] message)
    {
        using var asker = new UdpAsker(server.EndPoint);
        var answer = await asker.AskTcpAsync(message);
        return $"{DnsText.Of(answer.Code)} {SignatureText.Of(answer.Octets)}";
    }

    private static async Task<string> AskAsync(PeerProcess server, string name, RecordType type)
    {
        using var asker = new UdpAsker(server.EndPoint);
        var answer = await asker.AskTcpAsync(DnsMessage.Query(name, type));
        return string.Join("; ", answer.Answers.Select(record => record.ToLowerInvariant()).Order(StringComparer.Ordinal));
    }
}
