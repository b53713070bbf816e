using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Agent.NetworkSetup;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using HomeCloud.Tests.Docs;
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
    public async Task A_certificate_that_is_trusted_by_itself_as_the_env_file_has_it()
    {
        var settings = EnvironmentFile.MakeCertificate();
        await File.WriteAllBytesAsync(_directory.File("redis.crt"), Convert.FromBase64String(settings.Certificate));
        await File.WriteAllBytesAsync(_directory.File("redis.key"), Convert.FromBase64String(settings.Key));
        await using var redis = RedisServer.Prepare(
            ["--tls", "--cacert", _directory.File("redis.crt")], "--port", "0", "--tls-port", "PORT", "--tls-cert-file", _directory.File("redis.crt"),
            "--tls-key-file", _directory.File("redis.key"), "--tls-ca-cert-file", _directory.File("redis.crt"), "--tls-auth-clients", "no");
        await redis.StartAsync();

        // It is for the name redis, so that name and no other is what may be given.
        await using var other = Open(new() { Redis = redis.Address, RedisTls = true, RedisCa = settings.Certificate });
        var write = () => other.ReplaceAsync("b", [Record("b", "x", "10.0.0.1")]);
        await write.Should().ThrowAsync<RegistryUnavailableException>("the certificate is for another name");
        var trusted = new RedisAuthority(new() { RedisCa = settings.Certificate }).Options("redis")!;
        using var client = new System.Net.Sockets.TcpClient("127.0.0.1", redis.Port);
        await using var stream = new System.Net.Security.SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(trusted);
        stream.IsAuthenticated.Should().BeTrue();
        new RegistryOptions() { Redis = "h", RedisTls = true, RedisCa = "nonsense" }.Validate().Should().ContainSingle().Which.Should().Contain("--redis-ca");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task An_acl_user_that_may_do_no_more_than_the_document_says()
    {
        const string Password = "correct-horse";
        var rule = (await File.ReadAllLinesAsync(Path.Combine(Documents.Root(), "docs", "registry.md"))).Single(line => line.TrimStart().StartsWith("ACL SETUSER", StringComparison.Ordinal)).Trim();
        await using var redis = RedisServer.Prepare(["-a", "admin"], "--requirepass", "admin");
        await redis.StartAsync();
        redis.Cli(rule.Replace("PASSWORD", Password, StringComparison.Ordinal).Split(' ')).Should().Contain("OK");
        var file = _directory.File("password");
        await File.WriteAllTextAsync(file, Password + "\n");

        await using var registry = Open(new() { Redis = redis.Address, RedisUser = "homecloud", RedisPasswordFile = file });
        await registry.RenewLeaseAsync("a", TimeSpan.FromMinutes(1));
        await registry.ReplaceAsync("a", [.. Many("a", 3000)]);
        await registry.ApplyAsync(WellKnownOwners.Static, [RecordChange.Put(Record(WellKnownOwners.Static, "nas", "10.0.0.9"))]);
        await using var reader = Open(new() { Redis = redis.Address, RedisUser = "homecloud", RedisPasswordFile = file });
        await reader.FollowUntilAsync(s => s.Records.Count == 3001);
        redis.Cli("--user", "homecloud", "--pass", Password, "FLUSHALL").Should().Contain("NOPERM", "the rule is one that keeps something out");

        await using var elsewhere = Open(new() { Redis = redis.Address, RedisUser = "homecloud", RedisPasswordFile = file, RedisPrefix = "other" });
        await Deadline.UntilAsync(() => elsewhere.Health.Detail.Contains("NOPERM", StringComparison.Ordinal) || elsewhere.Health.Detail.Contains("permission", StringComparison.OrdinalIgnoreCase), "the log says what the user may not do");
        await using var unknown = Open(new() { Redis = redis.Address, RedisUser = "nobody", RedisPasswordFile = file });
        await Deadline.UntilAsync(() => unknown.Health.Detail.Contains("--redis-user", StringComparison.Ordinal), "the user may be what is wrong");
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Nothing_listening_is_said_with_what_to_check()
    {
        await using var registry = Open(new() { Redis = "127.0.0.1:1" });
        await Deadline.UntilAsync(() => registry.Health.Detail.Contains("check that it runs", StringComparison.Ordinal), registry.Health.Detail);
        registry.Health.Detail.Should().Contain("127.0.0.1:1");
    }

    private RedisRegistry Open(RegistryOptions options)
    {
        options.DataDirectory = _directory.Path;
        options.FileName = $"{Guid.NewGuid():N}.json";
        options.RedisTimeout = TimeSpan.FromSeconds(3);
        options.Validate().Should().BeEmpty();
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
