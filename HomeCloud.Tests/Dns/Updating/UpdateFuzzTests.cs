using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Updating;
using HomeCloud.Dns.Updating.Signing;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Dns.Updating;

/// <summary>Damaged updates with a good signature, and good ones with a damaged signature. Seeded. Nothing throws, a refused update leaves all as it was, and the file says what is answered.</summary>
[Trait("Category", "Slow")]
public sealed class UpdateFuzzTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TestKey Key = new("admin.");
    private static readonly TsigKey Known = new(DnsName.Parse(Key.Name), TsigAlgorithm.Of(Key.Algorithm)!, Key.Secret);
    private static readonly RecordType[] Types = [RecordType.A, RecordType.Aaaa, RecordType.Txt, RecordType.Mx, RecordType.Srv, RecordType.Caa, RecordType.Cname, RecordType.Any, RecordType.Soa, RecordType.Ns, (RecordType)65_280];
    private static readonly RecordClass[] Classes = [RecordClass.Internet, RecordClass.Internet, RecordClass.Any, RecordClass.None, RecordClass.Chaos];
    private static readonly string[] Names = ["nas", "_acme-challenge", "*.x", "a.b.c", "box"];

    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-update-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Twenty_thousand_damaged_updates_do_no_harm(int seed)
    {
        var random = new Random(seed);
        var options = new ZoneOptions();
        options.DelegatedNames.Add("acme.example.net=home.example.net");
        var catalog = new ZoneCatalog(options);
        var serving = new ServingOptions();
        var desk = new UpdateDesk(serving, catalog, _folder, _ => { }, () => 0, TimeProvider.System, NullLogger<UpdateDesk>.Instance);
        desk.Load();
        var keys = new UpdateKeys([Known], [new UpdateGrant(true, Known.Name, GrantMatch.ZoneSub, [], [])]);
        var codes = new SortedDictionary<string, int>();
        for (var i = 0; i < 20_000; i++)
        {
            var message = Build(random).Build();
            for (var times = random.Next(4); times > 0; times--)
                Damage(random, ref message);
            var before = desk.Records;
            var code = UpdateMessage.TryRead(message) is { } update ? desk.Apply(update, Known, keys, out _) : ResponseCode.FormatError;
            codes[DnsText.Of(code)] = codes.GetValueOrDefault(DnsText.Of(code)) + 1;
            if (code != ResponseCode.NoError)
                desk.Records.Should().BeSameAs(before);
            if (i % 100 == 0 && File.Exists(Path.Combine(_folder, "dns-updates")))
                Text(new UpdatedRecordsFile(_folder).Read()).Should().Equal(Text(desk.Records));
        }

        output.WriteLine(string.Join(", ", codes.Select(code => $"{code.Key} {code.Value}")) + $"; {desk.Records.Sets.Count} RRsets");
        codes.Keys.Should().Contain(["NOERROR", "FORMERR", "NOTZONE", "REFUSED", "NXRRSET", "YXDOMAIN", "NOTAUTH"]);
    }

    [Fact]
    public void A_hundred_thousand_damaged_signatures_are_none()
    {
        var random = new Random(3);
        var good = UpdateBuilder.Sign(Build(random).Build(), Key, 1_800_000_000);
        var found = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var message = good.ToArray();
            for (var times = random.Next(1, 4); times > 0; times--)
                Damage(random, ref message);
            if (message.Length < MessageHeader.Size || message.AsSpan(2).SequenceEqual(good.AsSpan(2)) || !TsigRecord.TryFind(message, out var tsig) || tsig is null)
                continue;
            found++;
            var session = TsigSession.Check(message, tsig, [Known], 1_800_000_000);
            if (session is { Error: TsigError.None } && !DnsName.EqualsIgnoreCase(message.AsSpan(2), good.AsSpan(2)))
                Assert.Fail($"{i}: {Convert.ToHexString(message)} is taken for {Convert.ToHexString(good)}");
            var buffer = new byte[2_048];
            message.AsSpan(0, MessageHeader.Size).CopyTo(buffer);
            session?.Sign(buffer, MessageHeader.Size, 1_800_000_000).Should().BeLessThan(1_000);
        }

        output.WriteLine($"{found} had a signature");
        found.Should().BeGreaterThan(10_000);
    }

    private static IEnumerable<string> Text(UpdatedRecords records) =>
        records.Sets.SelectMany(pair => pair.Value.Select(record => $"{pair.Key} {record.Ttl} {Convert.ToHexString(record.Data)}").DefaultIfEmpty($"{pair.Key} -")).Order(StringComparer.Ordinal);

    private static UpdateBuilder Build(Random random)
    {
        var zone = random.Next(20) switch { 0 => "example.com.", < 8 => "acme.example.net.", < 14 => "home.arpa.", _ => "home." };
        var builder = new UpdateBuilder(zone);
        for (var left = random.Next(2); left > 0; left--)
            builder.If(Name(random, zone), Types[random.Next(Types.Length)], Classes[random.Next(1, Classes.Length)], random.Next(3) == 0 ? Data(random, RecordType.Txt) : []);
        for (var left = random.Next(1, 5); left > 0; left--)
        {
            var type = Types[random.Next(Types.Length)];
            var @class = Classes[random.Next(Classes.Length)];
            builder.Then(Name(random, zone), type, @class, @class == RecordClass.Any ? [] : Data(random, type), @class == RecordClass.Internet ? 60U : 0);
        }

        return builder;
    }

    private static string Name(Random random, string zone) => random.Next(30) == 0 ? "elsewhere.test." : random.Next(20) == 0 ? zone : $"{Names[random.Next(Names.Length)]}.{zone}";

    private static byte[] Data(Random random, RecordType type) => type switch
    {
        RecordType.A => [192, 0, 2, (byte)random.Next(4)],
        RecordType.Aaaa => [.. new byte[15], (byte)random.Next(4)],
        RecordType.Txt => UpdateBuilder.Text($"t{random.Next(4)}"),
        RecordType.Mx => [0, 1, .. DnsName.Parse("nas.home.")],
        RecordType.Srv => [0, 1, 0, 2, 0, 3, .. DnsName.Parse("nas.home.arpa.")],
        RecordType.Caa => [0, 5, .. "issue"u8, .. "ca.home"u8],
        RecordType.Cname => DnsName.Parse(random.Next(2) == 0 ? "nas.home." : "nas.example.com."),
        _ => [.. new byte[random.Next(8)]],
    };

    private static void Damage(Random random, ref byte[] message)
    {
        if (message.Length == 0)
            return;
        switch (random.Next(8))
        {
            case 0:
                message = message[..random.Next(message.Length)];
                break;
            case 1:
                message = [.. message, .. message[random.Next(message.Length)..]];
                break;
            case 2:
                message[Math.Min(message.Length - 1, random.Next(4, 12))] = (byte)random.Next(4);
                break;
            default:
                message[random.Next(message.Length)] = (byte)random.Next(256);
                break;
        }

        if (message.Length < MessageHeader.Size)
            message = [.. message, .. new byte[MessageHeader.Size]];
    }
}
