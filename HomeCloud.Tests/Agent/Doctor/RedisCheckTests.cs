using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Agent.Lan;
using HomeCloud.Agent.NetworkSetup;
using HomeCloud.Net.Stub;
using HomeCloud.Registry;
using HomeCloud.Tests.Registry;
using HomeCloud.Tests.Registry.Redis;

namespace HomeCloud.Tests.Agent.Doctor;

/// <summary>The doctor reaches Redis in every way in which the programs do.</summary>
[Trait("Category", "Slow")]
public sealed class RedisCheckTests : IDisposable
{
    private const int TestTimeout = 120_000;
    private const string Password = "correct-horse";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = TestTimeout)]
    public async Task Over_tls_a_certificate_that_is_not_trusted_is_said_and_plain_words_get_no_answer()
    {
        var (certificate, key) = EnvironmentFile.MakeCertificate();
        await File.WriteAllBytesAsync(_directory.File("crt"), Convert.FromBase64String(certificate));
        await File.WriteAllBytesAsync(_directory.File("key"), Convert.FromBase64String(key));
        await using var redis = RedisServer.Prepare(
            ["--tls", "--cacert", _directory.File("crt"), "-a", Password], "--port", "0", "--tls-port", "PORT", "--tls-cert-file", _directory.File("crt"),
            "--tls-key-file", _directory.File("key"), "--tls-ca-cert-file", _directory.File("crt"), "--tls-auth-clients", "no", "--requirepass", Password);
        await redis.StartAsync();
        var finding = (await ExamineAsync(new() { Redis = redis.Address, RedisTls = true, RedisPassword = Password })).Single();
        finding.Severity.Should().Be(Severity.Problem);
        finding.Message.ToString().Should().Contain("not trusted");
        (await ExamineAsync(new() { Redis = redis.Address, RedisPassword = Password })).Single().Severity.Should().Be(Severity.Problem);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task An_acl_user_behind_a_sentinel()
    {
        await using var redis = RedisServer.Prepare(["-a", "admin"], "--requirepass", "admin", "--appendonly", "yes");
        await redis.StartAsync();
        redis.Cli("ACL", "SETUSER", "homecloud", "on", ">" + Password, "~*", "&*", "+@all");
        await using var sentinel = await RedisServer.StartSentinelAsync($"sentinel monitor home 127.0.0.1 {redis.Port} 1", "sentinel auth-pass home admin");
        RegistryOptions options = new() { Redis = $"sentinel://127.0.0.1:1,{sentinel.Address}/home", RedisUser = "homecloud", RedisPassword = Password };

        var findings = await ExamineAsync(options);
        findings.Should().OnlyContain(finding => finding.Severity == Severity.Ok);
        findings.Single().Message.ToString().Should().Contain(redis.Address);
        options.Redis = $"sentinel://{sentinel.Address}/elsewhere";
        (await ExamineAsync(options)).Single().Message.ToString().Should().Contain("'elsewhere'");
    }

    private static async Task<IReadOnlyList<Finding>> ExamineAsync(RegistryOptions options)
    {
        using var engine = new EngineClient(new DockerOptions { Host = "unix:///nowhere.sock" });
        var patient = new Patient(new DoctorOptions { Registry = options }, engine, new LanReader(), new StubClient(), new DhcpProbe(), new RouterProbe(), new AddressScan(TimeProvider.System));
        return await new RedisCheck().ExamineAsync(patient, CancellationToken.None);
    }
}
