namespace HomeCloud.Tests.Dns.ZoneFiles;

/// <summary>The test vectors of RFC 9460, appendix D, word by word.</summary>
public sealed class ServiceParametersTests
{
    public static TheoryData<string, string> Good => new()
    {
        { "HTTPS 0 foo.example.com.", "0000 03666f6f076578616d706c6503636f6d00" },
        { "SVCB 1 .", "0001 00" },
        { "SVCB 16 foo.example.com. port=53", "0010 03666f6f076578616d706c6503636f6d00 0003 0002 0035" },
        { "SVCB 1 foo.example.com. key667=hello", "0001 03666f6f076578616d706c6503636f6d00 029b 0005 68656c6c6f" },
        { "SVCB 1 foo.example.com. key667=\"hello\\210qoo\"", "0001 03666f6f076578616d706c6503636f6d00 029b 0009 68656c6c6fd2716f6f" },
        {
            "SVCB 1 foo.example.com. (\n ipv6hint=\"2001:db8::1,2001:db8::53:1\"\n )",
            "0001 03666f6f076578616d706c6503636f6d00 0006 0020 20010db8000000000000000000000001 20010db8000000000000000000530001"
        },
        {
            "SVCB 1 example.com. (\n ipv6hint=\"2001:db8:122:344::192.0.2.33\"\n )",
            "0001 076578616d706c6503636f6d00 0006 0010 20010db8012203440000 0000c0000221"
        },
        {
            "SVCB 16 foo.example.org. (\n alpn=h2,h3-19 mandatory=ipv4hint,alpn\n ipv4hint=192.0.2.1\n )",
            "0010 03666f6f076578616d706c65036f726700 0000 0004 0001 0004 0001 0009 02 6832 05 68332d3139 0004 0004 c0000201"
        },
        { "SVCB 16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"", "0010 03666f6f076578616d706c65036f726700 0001 000c 08 665c6f6f2c626172 02 6832" },
        { "SVCB 16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2", "0010 03666f6f076578616d706c65036f726700 0001 000c 08 665c6f6f2c626172 02 6832" },
        { "HTTPS 1 . no-default-alpn alpn=h2 ech=AAA= dohpath=/dns{?dns}", "0001 00 0001 0003 026832 0002 0000 0005 0002 0000 0007 000a 2f646e737b3f646e737d" },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void Parameters_are_encoded_as_the_RFC_shows(string text, string octets) =>
        Convert.ToHexStringLower(ZoneFileText.Data(text)).Should().Be(octets.Replace(" ", "", StringComparison.Ordinal));

    public static TheoryData<string, string> Bad => new()
    {
        { "SVCB 1 foo.example.com. (\n key123=abc key123=def\n )", "key123 is there twice" },
        { "SVCB 1 foo.example.com. mandatory", "mandatory has no value" },
        { "SVCB 1 foo.example.com. alpn", "alpn has no value" },
        { "SVCB 1 foo.example.com. port", "port has no value" },
        { "SVCB 1 foo.example.com. ipv4hint", "ipv4hint has no value" },
        { "SVCB 1 foo.example.com. ipv6hint", "ipv6hint has no value" },
        { "SVCB 1 foo.example.com. no-default-alpn=abc", "no-default-alpn has no value" },
        { "SVCB 1 foo.example.com. mandatory=key123", "mandatory names key123, which is not there" },
        { "SVCB 1 foo.example.com. mandatory=mandatory", "which is no other parameter" },
        { "SVCB 1 foo.example.com. (\n mandatory=key123,key123 key123=abc\n )", "there twice" },
        { "SVCB 1 . no-default-alpn", "no-default-alpn needs alpn" },
        { "SVCB 1 . alpn=", "is not a list of protocols" },
        { "SVCB 1 . alpn=h2,,h3", "is not a list of protocols" },
        { "SVCB 1 . port=65536", "is not a port" },
        { "SVCB 1 . ipv4hint=192.0.2.1,x", "has 'x', which is not an IPv4 address" },
        { "SVCB 1 . ech=?", "is not base 64" },
        { "SVCB 1 . key65535=a", "is not a parameter" },
        { "SVCB 1 . key01=a", "is not a parameter" },
        { "SVCB 1 . Alpn=h2", "is not a parameter" },
        { "SVCB 1 . =h2", "is not a parameter" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Parameters_that_the_RFC_forbids_are_refused(string text, string problem) => ZoneFileText.Problem($"$ORIGIN example.com.\nx {text}\n").Should().Contain(problem);
}
