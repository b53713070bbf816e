using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using static HomeCloud.Tests.Registry.Records;

namespace HomeCloud.Tests.Registry.Redis;

[Trait("Category", "Slow")]
public sealed class RedisSecurityTests : IDisposable
{
    private const int TestTimeout = 120_000;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = TestTimeout)]
    public async Task A_password_from_a_file_is_read_again_at_every_connect()
    {
        await using var redis = RedisServer.Prepare(["-a", "correct horse"], "--requirepass", "correct horse");
        await redis.StartAsync();
        var file = _directory.File("password");
        await File.WriteAllTextAsync(file, "wrong\n");
        await using var registry = Open(new() { Redis = redis.Address, RedisPasswordFile = file });
        await Deadline.UntilAsync(() => registry.Health.Detail.Contains("password", StringComparison.Ordinal), "the wrong password is said to be the trouble");
        registry.Health.Connected.Should().BeFalse();

        await File.WriteAllTextAsync(file, "correct horse\n");
        await Deadline.UntilAsync(() => registry.Health.Connected, "the new password works without a restart");
        await registry.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Tls_with_an_authority_of_ones_own()
    {
        var authority = WriteCertificates();
        string[] tls = ["--tls", "--cacert", authority];
        await using var redis = RedisServer.Prepare(
            tls, "--port", "0", "--tls-port", "PORT", "--tls-cert-file", _directory.File("redis.crt"),
            "--tls-key-file", _directory.File("redis.key"), "--tls-ca-cert-file", authority, "--tls-auth-clients", "no");
        await redis.StartAsync();
        await using var registry = Open(new() { Redis = $"127.0.0.1:{redis.Port}", RedisTls = true, RedisCaFile = authority });
        await registry.ReplaceAsync("a", [Record("a", "x", "10.0.0.1")]);
        await registry.FollowUntilAsync(s => s.Records.Count == 1);

        await using var stranger = Open(new() { Redis = $"127.0.0.1:{redis.Port}", RedisTls = true });
        var write = () => stranger.ReplaceAsync("b", [Record("b", "x", "10.0.0.1")]);
        await write.Should().ThrowAsync<RegistryUnavailableException>("the system does not trust this authority");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Nothing_listening_is_said_with_what_to_check()
    {
        await using var registry = Open(new() { Redis = "127.0.0.1:1" });
        await Deadline.UntilAsync(() => registry.Health.Detail.Contains("is it running", StringComparison.Ordinal), registry.Health.Detail);
        registry.Health.Detail.Should().Contain("127.0.0.1:1");
    }

    private RedisRegistry Open(RegistryOptions options)
    {
        options.DataDirectory = _directory.Path;
        options.FileName = $"{Guid.NewGuid():N}.json";
        options.RedisTimeout = TimeSpan.FromSeconds(3);
        RegistryOptionsValidator.Validate(options).Should().BeEmpty();
        return new RedisRegistry(options, new CollectedLog<RedisRegistry>());
    }

    private string WriteCertificates()
    {
        using var authorityKey = RSA.Create(2048);
        var request = new CertificateRequest("CN=HomeCloud test authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));

        using var key = RSA.Create(2048);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("127.0.0.1");
        var server = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        server.CertificateExtensions.Add(names.Build());
        using var certificate = server.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3]);
        File.WriteAllText(_directory.File("redis.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(_directory.File("redis.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(_directory.File("ca.crt"), authority.ExportCertificatePem());
        return _directory.File("ca.crt");
    }
}
