using HomeCloud.Dns.Updating;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Updating;

public sealed class KeyFileReaderTests
{
    private const string Secret = "TdnrCPHSPmW5AgMI13RG2r1MuVIjcfgXshNyGnYPmB8=";
    private const string Key = $"key \"certbot\" {{\n\talgorithm hmac-sha256;\n\tsecret \"{Secret}\";\n}};\n";

    [Fact]
    public void Reads_what_tsig_keygen_writes_and_comments_of_three_kinds()
    {
        var text = $"// for certbot\n# of the home\n/* until\nmay */\n{Key}key lego. {{ secret {Secret}; algorithm HMAC-SHA512.; }};";

        KeyFileReader.TryRead(text, out var keys).Should().BeNull();

        keys!.Keys.Select(key => $"{key} {key.Algorithm.Text} {Convert.ToBase64String(key.Secret)}").Should().Equal($"certbot. hmac-sha256 {Secret}", $"lego. hmac-sha512 {Secret}");
    }

    [Theory]
    [InlineData("", "it has no key")]
    [InlineData("keys { };", "line 1: 'keys' is not known here")]
    [InlineData("key { };", "line 1: a name of the key must stand here")]
    [InlineData("key a {\nalgorithm hmac-md5;", "line 2: algorithm 'hmac-md5' is not one of hmac-sha256, hmac-sha384, hmac-sha512")]
    [InlineData("key a { algorithm hmac-sha256; };", "line 1: key a. needs algorithm and secret")]
    [InlineData("key a { algorithm hmac-sha256;\n\nsecret \"aHVudGVyMg==\"; };", "line 3: the secret is not 16 to 512 octets in base64")]
    [InlineData("key a { secret \"hunter2 hunter2 hunter2\"; };", "line 1: the secret is not")]
    [InlineData("key a { color blue; };", "line 1: 'color' is not known in a key")]
    [InlineData("key \"a", "line 1: these quotes are not closed on their line")]
    [InlineData("/* key", "line 1: this comment is never closed")]
    [InlineData(Key + Key, "line 5: there is a second key certbot.")]
    [InlineData(Key + "update-policy { grant lego zonesub; };", "update-policy names the key lego., which is not in the file")]
    [InlineData(Key + "update-policy { grant certbot self; };", "line 5: name, subdomain, wildcard or zonesub must stand here")]
    [InlineData(Key + "update-policy { grant certbot name a.home. TXTT; };", "line 5: 'TXTT' is not a type")]
    [InlineData(Key + "update-policy { grant certbot wildcard a.home.; };", "line 5: a wildcard begins with *.")]
    [InlineData(Key + "update-policy { grant certbot name a.home. TXT }", "line 5: '}' is not a type")]
    public void What_is_wrong_is_said_with_its_line_and_without_the_secret(string text, string problem)
    {
        var said = KeyFileReader.TryRead(text, out var keys);

        said.Should().StartWith(problem).And.NotContain("hunter2").And.NotContain("aHVudGVyMg");
        keys.Should().BeNull();
    }

    [Fact]
    public void Every_beginning_of_a_file_is_refused_or_read()
    {
        const string text = Key + "update-policy { grant certbot subdomain home. TXT A; deny certbot zonesub; };";
        for (var length = 0; length < text.Length; length++)
            KeyFileReader.TryRead(text[..length], out var keys).Should().Match(problem => (problem == null) == (keys != null));
    }

    [Theory]
    [InlineData("_acme-challenge.nas.home.", RecordType.Txt, true)]
    [InlineData("x._acme-challenge.nas.home.", RecordType.Txt, true)]
    [InlineData("nas.home.", RecordType.Txt, false)]
    [InlineData("_acme-challenge.nas.home.", RecordType.A, false)]
    [InlineData("x_acme-challenge.nas.home.", RecordType.Txt, false)]
    public void A_key_without_rules_may_what_certificates_need(string name, RecordType type, bool may) => May(Key, name, type).Should().Be(may);

    [Theory]
    [InlineData("grant certbot name nas.home. A TXT;", "nas.home.", RecordType.Txt, true)]
    [InlineData("grant certbot name nas.home. A TXT;", "x.nas.home.", RecordType.Txt, false)]
    [InlineData("grant certbot name nas.home. A TXT;", "_acme-challenge.nas.home.", RecordType.Txt, false)]
    [InlineData("grant certbot subdomain NAS.home. TXT;", "x.nas.home.", RecordType.Txt, true)]
    [InlineData("grant certbot subdomain nas.home. TXT;", "xnas.home.", RecordType.Txt, false)]
    [InlineData("grant certbot wildcard *.nas.home.;", "x.nas.home.", RecordType.Srv, true)]
    [InlineData("grant certbot wildcard *.nas.home.;", "nas.home.", RecordType.Srv, false)]
    [InlineData("deny certbot name nas.home. A; grant certbot zonesub ANY;", "nas.home.", RecordType.A, false)]
    [InlineData("deny certbot name nas.home. A; grant certbot zonesub ANY;", "nas.home.", RecordType.Aaaa, true)]
    public void The_first_rule_that_concerns_it_decides(string rules, string name, RecordType type, bool may) =>
        May($"{Key}update-policy {{ {rules} }};", name, type).Should().Be(may);

    private static bool May(string text, string name, RecordType type)
    {
        KeyFileReader.TryRead(text, out var keys).Should().BeNull();
        return keys!.May(keys.Keys[0], DnsName.Parse(name), type);
    }
}
