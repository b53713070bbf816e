using System.Net;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Serving.Designation;
using HomeCloud.Net.Certificates;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Messages;

namespace HomeCloud.Tests.Dns.Serving;

/// <summary>RFC 9462: devices are told of encrypted DNS where they can verify it, and nowhere else.</summary>
public sealed class DesignationTests
{
    private const string Name = "_dns.resolver.arpa";
    private static readonly IPAddress Asked = IPAddress.Parse("192.168.1.5");

    private readonly PipelineHarness _home = new();

    [Fact]
    public void Nothing_is_said_where_nothing_encrypted_is_served()
    {
        var answer = Ask();
        answer.Code.Should().Be("NOERROR");
        answer.Answer.Should().BeEmpty();
        answer.Options.Should().BeEmpty();
    }

    [Fact]
    public void Both_services_are_told_with_the_address_that_was_asked()
    {
        Offer(EncryptedProtocol.Https, "0.0.0.0:443");
        Offer(EncryptedProtocol.Tls, "192.168.1.5:853");

        var answer = Ask();

        answer.FlagText.Should().Be("aa rd ra");
        answer.Answer.Should().Equal(
            "_dns.resolver.arpa. 300 IN SVCB 1 dns.example.org. alpn=\"dot\" ipv4hint=192.168.1.5",
            "_dns.resolver.arpa. 300 IN SVCB 2 dns.example.org. alpn=\"h2\" ipv4hint=192.168.1.5 dohpath=\"/dns-query{?dns}\"");
        answer.Additional.Should().Equal("dns.example.org. 300 IN A 192.168.1.5");
    }

    [Fact]
    public void A_port_of_ones_own_choice_is_told()
    {
        Offer(EncryptedProtocol.Tls, "192.168.1.5:8853");
        Ask().Answer.Should().Equal("_dns.resolver.arpa. 300 IN SVCB 1 dns.example.org. alpn=\"dot\" port=8853 ipv4hint=192.168.1.5");
    }

    [Theory]
    [InlineData("dns.example.org,cloud.home", "cloud.home.")]
    [InlineData("*.example.org,dns.example.org", "dns.example.org.")]
    [InlineData("*.example.org", "check.home.")]
    [InlineData("", "check.home.")]
    [InlineData("bad..name,home.example", "home.example.")]
    public void The_target_is_a_name_that_leads_here(string names, string target)
    {
        Offer(EncryptedProtocol.Tls, "192.168.1.5:853", certificate => certificate with { Names = names.Split(',', StringSplitOptions.RemoveEmptyEntries) });
        Ask().Answer.Should().ContainSingle().Which.Should().Contain($" SVCB 1 {target} ");
    }

    [Fact]
    public void Over_IPv6_the_hint_is_of_that_family()
    {
        _home.Local = ClientAddress.From(IPAddress.Parse("2001:db8::5"));
        Offer(EncryptedProtocol.Https, "[::]:443", certificate => certificate with { Addresses = [IPAddress.Parse("2001:db8::5")] });
        var answer = Ask();
        answer.Answer.Should().ContainSingle().Which.Should().Contain("ipv6hint=2001:db8::5 dohpath=");
        answer.Additional.Should().Equal("dns.example.org. 300 IN AAAA 2001:db8::5");
    }

    [Theory]
    [InlineData("self-signed", "192.168.1.5:853", "certificate is self-signed")]
    [InlineData("other-address", "192.168.1.5:853", "certificate is not for 192.168.1.5")]
    [InlineData("ended", "192.168.1.5:853", "valid from 2026-10-01 to 2026-11-01 only")]
    [InlineData("begins", "192.168.1.5:853", "valid from 2026-12-01 to 2027-03-01 only")]
    [InlineData("good", "192.168.1.6:853", "it is not served at 192.168.1.5")]
    [InlineData("good", "[::]:853", "it is not served at 192.168.1.5")]
    public void What_cannot_be_verified_is_not_told_and_a_person_hears_why(string certificate, string listen, string why)
    {
        Offer(EncryptedProtocol.Tls, listen, good => certificate switch
        {
            "self-signed" => good with { Problem = "is self-signed" },
            "other-address" => good with { Addresses = [IPAddress.Parse("192.168.1.6")] },
            "ended" => good with { From = Day(2026, 10, 1), Until = Day(2026, 11, 1) },
            "begins" => good with { From = Day(2026, 12, 1), Until = Day(2027, 3, 1) },
            _ => good,
        });

        var answer = Ask();

        answer.Code.Should().Be("NOERROR");
        answer.Answer.Should().BeEmpty();
        answer.Authority.Should().ContainSingle().Which.Should().StartWith("resolver.arpa. 10800 IN SOA");
        answer.Options.Should().ContainSingle().Which.Should().Contain("devices are not told of DNS over TLS: ").And.Contain(why);
    }

    [Fact]
    public void A_certificate_that_is_renewed_changes_the_answer()
    {
        Offer(EncryptedProtocol.Tls, "192.168.1.5:853");
        Ask().Answer.Should().ContainSingle();
        Offer(EncryptedProtocol.Tls, "192.168.1.5:853", certificate => certificate with { Problem = "is self-signed" });
        Ask().Answer.Should().BeEmpty();
        Offer(EncryptedProtocol.Tls, "192.168.1.5:853");
        Ask().Answer.Should().ContainSingle();
        _home.Time.Now = Day(2027, 3, 1);
        Ask().Answer.Should().BeEmpty("it has ended, and nobody looked at it since");
    }

    [Theory]
    [InlineData("resolver.arpa", RecordType.Svcb)]
    [InlineData("_dns.resolver.arpa", RecordType.A)]
    [InlineData("x._dns.resolver.arpa", RecordType.Svcb)]
    public void All_else_below_resolver_arpa_stays_empty(string name, RecordType type)
    {
        Offer(EncryptedProtocol.Tls, "192.168.1.5:853");
        var answer = _home.Ask(name, type);
        answer.Code.Should().Be("NOERROR");
        answer.Answer.Should().BeEmpty();
    }

    [Fact]
    public void An_asker_whose_way_is_not_known_is_told_nothing()
    {
        Offer(EncryptedProtocol.Tls, "0.0.0.0:853");
        _home.Local = default;
        Ask().Answer.Should().BeEmpty();
    }

    private MessageText Ask() => _home.Ask(new QueryBuilder(Name, RecordType.Svcb) { UdpSize = 1232 }.Build())!;

    private void Offer(EncryptedProtocol protocol, string listen, Func<CertificateClaims, CertificateClaims>? change = null)
    {
        var good = new CertificateClaims(["dns.example.org"], [Asked], Day(2026, 11, 1), Day(2027, 2, 1), null);
        _home.Designated.Offer(new EncryptedService(protocol, [IPEndPoint.Parse(listen)], change?.Invoke(good) ?? good));
    }

    private static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
}
