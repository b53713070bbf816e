using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Net.Certificates;

namespace HomeCloud.Tests.Net.Certificates;

public sealed class CertificateClaimsTests
{
    private static readonly DateTimeOffset From = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = From.AddDays(90);

    [Fact]
    public void Names_addresses_and_times_are_read_and_who_made_it_himself_is_told_apart()
    {
        var (pem, key) = SelfSigned.ForServer("dns", ["dns.example.org", "*.example.org"], [IPAddress.Parse("192.168.1.5"), IPAddress.Parse("2001:db8::5")], From, Until);
        using var certificate = X509Certificate2.CreateFromPem(pem, key);

        var claims = CertificateClaims.Of(certificate);

        claims.Names.Should().Equal("dns.example.org", "*.example.org");
        claims.Addresses.Should().Equal(IPAddress.Parse("192.168.1.5"), IPAddress.Parse("2001:db8::5"));
        claims.From.Should().Be(From);
        claims.Until.Should().Be(Until);
        claims.Problem.Should().Be("is self-signed");
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("1.3.6.1.5.5.7.3.1", null)]
    [InlineData("1.3.6.1.5.5.7.3.2", "is not for servers")]
    public void One_of_an_authority_may_be_for_servers(string? use, string? problem)
    {
        using var certificate = Issued(use is null ? null : new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        CertificateClaims.Of(certificate).Problem.Should().Be(problem);
    }

    [Fact]
    public void Names_that_are_no_names_are_a_problem_and_no_crash()
    {
        using var certificate = Issued(new X509Extension("2.5.29.17", [0x30, 0x03, 0x82, 0x7F, 0x41], false));
        var claims = CertificateClaims.Of(certificate);
        claims.Problem.Should().Be("has names that cannot be read");
        claims.Addresses.Should().BeEmpty();
    }

    private static X509Certificate2 Issued(X509Extension? extension)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(From, Until);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        if (extension is not null)
            request.CertificateExtensions.Add(extension);
        return request.Create(authority, From, Until, [1, 2, 3]);
    }
}
