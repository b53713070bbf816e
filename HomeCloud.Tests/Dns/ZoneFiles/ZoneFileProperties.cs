using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.ZoneFiles;

/// <summary>Text and octets lead to each other, whatever they are, and no text is anything worse than refused.</summary>
public sealed class ZoneFileProperties
{
    private static readonly RecordType[] Types = [.. RecordGrammar.WithFields.Where(type => ZoneFileRules.Refusal(type) is null), (RecordType)65280];

    private static readonly string[] Pieces =
    [
        "$ORIGIN", "$TTL", "$INCLUDE", "example.", "x", "@", "*", "IN", "CH", "60", "1h", "A", "AAAA", "CNAME", "TXT", "MX", "SOA", "HTTPS", "SVCB", "CAA", "NAPTR", "TYPE1", "\\#",
        "4", "192.0.2.1", "::1", "alpn=h2", "mandatory=alpn", "port=\"1\"", "(", ")", "\"", "\"a b\"", ";", "\\", "\\1", "\\255", "\n", "\n ", "\r\n", "\t", "\0", "\u00ff", "..", "-", "a.zone",
    ];

    [Fact]
    public void What_is_printed_is_read_as_the_same_octets() =>
        Prop.ForAll(Gen.Elements(Types).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (type, seed) =>
        {
            var random = new Random(seed);
            var record = new FileRecord(Name(random), type, (uint)random.Next(), RandomData.Of(type, random), "");
            if (RecordGrammar.FieldsOf(type) is not null)
                RecordDataText.IsValid(type, record.Data).Should().BeTrue($"{RecordGrammar.TypeText(type)} {Convert.ToHexString(record.Data)} is made of valid fields");
            var text = ZoneFileText.Show(record);
            text.Should().MatchRegex("^[ -~]*$", "it goes to terminals");
            var read = ZoneFileText.Read(text + "\n").Single();
            return read.Owner.AsSpan().SequenceEqual(record.Owner) && read.Type == type && read.Ttl == record.Ttl && read.Data.AsSpan().SequenceEqual(record.Data);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void Octets_that_are_no_record_of_a_type_are_printed_as_such_and_refused() =>
        Prop.ForAll(Gen.Elements(Types).ToArbitrary(), ArbMap.Default.ArbFor<byte[]>(), (type, data) =>
        {
            var text = RecordDataText.Format(type, data);
            return RecordGrammar.FieldsOf(type) is null || RecordDataText.IsValid(type, data)
                ? ZoneFileText.Data($"{RecordGrammar.TypeText(type)} {text}").AsSpan().SequenceEqual(data)
                : ZoneFileText.Problem($"x. {RecordGrammar.TypeText(type)} \\# {data.Length} {Convert.ToHexString(data)}\n").Contains("these octets are no ", StringComparison.Ordinal);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Every_type_that_has_a_text_form_goes_there_and_back()
    {
        string[] texts =
        [
            "A 192.0.2.1", "NS ns.example.", "MD a.", "MF a.", "CNAME a.b.", "SOA a. b.c. 1 2 3 4 5", "MB a.", "MG a.", "MR a.", "PTR a\\.b.c.", "HINFO \"a\" \"\"", "MINFO a. b.",
            "MX 10 a.", "TXT \"a\" \"\\000\\\"\\\\;\" \"\"", "RP a. b.", "AFSDB 1 a.", "RT 1 a.", "KEY 256 3 5 AQID", "AAAA 2001:db8::1", "SRV 1 2 3 a.", "NAPTR 1 2 \"s\" \"a+b\" \"!^.*$!\\\\1!\" .",
            "KX 1 a.", "CERT 1 2 3 AQID", "DS 1 2 3 AABB", "SSHFP 4 2 AABB", "DNSKEY 257 3 13 AQID", "DHCID AQID", "TLSA 3 1 1 AABB", "SMIMEA 3 1 1 AABB", "CDS 0 0 0 00", "CDNSKEY 0 3 0 AA==",
            "OPENPGPKEY AQID", "ZONEMD 1 1 1 AABB", "SVCB 0 a.", "HTTPS 1 . mandatory=alpn alpn=\"h2,a\\\\,b\" no-default-alpn port=1 ipv4hint=192.0.2.1,192.0.2.2 ech=AQID ipv6hint=::1 dohpath=\"/q{?dns}\" ohttp key65280=\"\\000\"",
            "SPF \"v=spf1\"", "URI 1 2 \"https://a/\"", "CAA 128 issue \"a; b=c\"",
        ];

        texts.Select(text => text.Split(' ')[0]).Should().BeEquivalentTo(RecordGrammar.WithFields.Select(RecordGrammar.TypeText).Except(["DNAME"]));
        foreach (var text in texts)
            ZoneFileText.Show(ZoneFileText.Read($"x. 1 {text}\n").Single()).Should().Be($"x. 1 IN {text}");
    }

    [Fact]
    public void No_text_is_worse_than_refused()
    {
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder("$ORIGIN example.\n");
            for (var i = random.Next(40); i >= 0; i--)
                text.Append(Pieces[random.Next(Pieces.Length)]).Append(random.Next(4) == 0 ? "" : " ");
            Try(text.Append('\n').ToString(), seed);
        }
    }

    [Fact]
    public void A_damaged_or_half_written_file_is_refused_or_read_and_never_fatal()
    {
        var good = File.ReadAllText(Scenarios.Authoritative.AnswerSetup.ZoneFile("example.org.zone"));
        for (var length = 0; length < good.Length; length++)
            Try(good[..length], length);
        for (var seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            var octets = good.ToCharArray();
            for (var i = random.Next(4); i >= 0; i--)
                octets[random.Next(octets.Length)] = (char)random.Next(256);
            Try(new string(octets), seed);
        }
    }

    private static void Try(string text, int seed)
    {
        try
        {
            var builder = new ZoneFileBuilder(["home."]);
            builder.Add(ZoneFileText.Read(text));
            builder.Build(DateTimeOffset.UnixEpoch);
        }
        catch (Exception refused) when (refused is MasterFileException or FileNotFoundException)
        {
            refused.Message.Should().NotContain("\n").And.NotContain("\u001b");
        }
        catch (Exception bug)
        {
            throw new InvalidOperationException($"seed {seed}: {text}", bug);
        }
    }

    private static byte[] Name(Random random)
    {
        var name = RandomData.Name(random);
        DnsName.Fold(name);
        return name;
    }
}
