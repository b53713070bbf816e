using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Listening;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Dns.HostsFile;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Net.Files;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;
using HomeCloud.Registry.Redis;
using HomeCloud.Tests.Agent.Docker;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Agent.Web;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;
using HomeCloud.Tests.Registry;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Net.Files;

/// <summary>Files that are followed change in every way that files do: written, replaced, behind a link, with a folder that is swapped, of the same size and time.</summary>
public sealed class FollowedFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private const int Limit = 60_000;

    public static TheoryData<string> Ways => ["written", "replaced", "link replaced", "folder swapped", "same size and time"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_cannot_be_read_or_used_changes_nothing_and_is_told_once()
    {
        var (one, two) = (_directory.File("one"), _directory.File("two"));
        File.WriteAllText(one, "a1");
        File.WriteAllText(two, "b1");
        var files = new FollowedFiles<string>(
            read => Encoding.ASCII.GetString(read[0]) + Encoding.ASCII.GetString(read[1]) is { Length: 4 } whole ? whole : throw new CryptographicException("torn"), one, two);
        files.Look().Should().Be(FollowedLook.Changed);
        files.Look().Should().Be(FollowedLook.Same);

        File.WriteAllText(one, "a");
        files.Look().Should().Be(FollowedLook.Unusable);
        files.Look().Should().Be(FollowedLook.Same);
        files.Value.Should().Be("a1b1");

        File.Delete(two);
        files.Look().Should().Be(FollowedLook.Unusable, "for another reason");
        File.WriteAllText(one, "a2");
        files.Look().Should().Be(FollowedLook.Same, "one of the two is still away");
        File.WriteAllText(two, "b1");
        files.Look().Should().Be(FollowedLook.Changed, "what is new in one counts although the other holds what it held");
        files.Value.Should().Be("a2b1");

        File.Delete(one);
        files.Look().Should().Be(FollowedLook.Unusable);
        File.WriteAllText(one, "a2");
        files.Look().Should().Be(FollowedLook.Usable);
        files.Problem.Should().BeNull();
    }

    [Theory]
    [InlineData(4095, 4096)]
    [InlineData(4096, 4095)]
    [InlineData(8192, 8193)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void A_file_that_grows_or_shrinks_by_an_octet_has_changed(int before, int after)
    {
        var path = _directory.File("long");
        File.WriteAllBytes(path, new byte[before]);
        var file = new FollowedFiles<object>(read => read[0].Length, path);
        file.Look();

        File.WriteAllBytes(path, new byte[after]);

        file.Look().Should().Be(FollowedLook.Changed);
        file.Value.Should().Be(after);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Resolv_conf(string way)
    {
        var path = Put("nameserver 192.0.2.1\n");
        using var forwarder = new Forwarder(new ForwardingOptions { ResolvConf = path }, OwnEndPoints.None, TimeProvider.System, NullLogger<Forwarder>.Instance);
        forwarder.UpstreamInUse.Should().StartWith("192.0.2.1");

        Change(way, "nameserver 192.0.2.2\n");

        forwarder.Reload().Should().BeTrue();
        forwarder.UpstreamInUse.Should().StartWith("192.0.2.2");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_hosts_file(string way)
    {
        using var source = new HostsFileSource(new HostsFileOptions { Paths = [Put("192.168.1.7 printer\n")] }, ["home"], NullLogger<HostsFileSource>.Instance);
        source.Start();
        source.Current.Records.Values.Single().Addresses.Should().Equal(IPAddress.Parse("192.168.1.7"));

        Change(way, "192.168.1.8 printer\n");

        source.Refresh();
        source.Current.Records.Values.Single().Addresses.Should().Equal(IPAddress.Parse("192.168.1.8"));
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Ways))]
    public async Task The_authorities_of_upstreams(string way)
    {
        using var before = new TestAuthority();
        using var after = new TestAuthority();
        await using var renewed = new ScriptedServer(after.Server);
        renewed.When("*", null, reply => reply.Answers.Add("@ 300 A 192.0.2.1"));
        await using var harness = new ForwardingHarness(new ForwardingOptions { Upstreams = [$"tls://{renewed.TlsEndPoint}#dns.test"], UpstreamCaFile = Put(File.ReadAllText(before.CaFile)) });
        (await harness.AskAsync("www.example.")).Code.Should().Be(ResponseCode.ServerFailure, "its authority is not trusted yet");

        Change(way, File.ReadAllText(after.CaFile));

        // Another question: the failure is remembered for a moment (RFC 9520).
        (await harness.AskAsync("mail.example.")).Answers.Should().HaveCount(1);
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Ways))]
    public async Task What_the_engine_is_reached_with(string way)
    {
        using var before = new TestAuthority();
        using var after = new TestAuthority();
        string? shown = null;
        await using var engine = new StubEngine((_, stream, _) => StubEngine.RespondVersion(stream), tcp: true, new SslServerAuthenticationOptions
        {
            ServerCertificate = after.Server,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => (shown = certificate?.GetCertHashString()) is not null,
        });
        using var client = new EngineClient(new DockerOptions { Host = engine.Host, TlsVerify = true, CertificatePath = PutEngineFiles(before) });
        (await client.Invoking(c => c.OfferAsync()).Should().ThrowAsync<EngineAwayException>("its authority is not trusted yet")).Which.Message.Should().Contain("certificate");

        ChangeEngineFiles(way, after);

        await client.OfferAsync();
        shown.Should().Be(after.Server.Thumbprint, "the renewed certificate is the one that is shown");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_authority_of_Redis(string way)
    {
        using var before = new TestAuthority();
        using var after = new TestAuthority();
        var connector = new RedisConnector(new RegistryOptions { Redis = "redis:6379", RedisTls = true, RedisCaFile = Put(File.ReadAllText(before.CaFile)) });
        // The client opens a lost connection again by itself, with what it was given at the first one.
        var connecting = connector.Configure(connector.Endpoints[0]).SslClientAuthenticationOptions!;

        Change(way, File.ReadAllText(after.CaFile));

        using var expected = X509CertificateLoader.LoadCertificateFromFile(after.CaFile);
        connecting("redis").CertificateChainPolicy!.CustomTrustStore.Single().Thumbprint.Should().Be(expected.Thumbprint);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_certificate_of_DNS_over_TLS(string way)
    {
        using var first = new MadeCertificates(Directory.CreateDirectory(Path.Combine(_directory.Path, "first")).FullName, "check.home");
        using var second = new MadeCertificates(Directory.CreateDirectory(Path.Combine(_directory.Path, "second")).FullName, "check.home");
        var path = Put(File.ReadAllText(first.CertificatePath) + File.ReadAllText(first.KeyPath));
        var certificate = new TlsCertificate(new ListenOptions { TlsCertificate = path, TlsKey = path }, _directory.Path, TimeProvider.System, NullLogger<TlsCertificate>.Instance);
        var tls = certificate.Load();
        tls.ServerCertificateContext!.TargetCertificate.Thumbprint.Should().Be(first.Thumbprint);

        Change(way, File.ReadAllText(second.CertificatePath) + File.ReadAllText(second.KeyPath));

        certificate.LookAgain();
        tls.ServerCertificateContext!.TargetCertificate.Thumbprint.Should().Be(second.Thumbprint);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_token_file(string way)
    {
        var book = new TokenBook(Path.Combine(_directory.Path, "tokens.json"), Put("aaaaaaaaaaaaaaaaaaaa\n"), TimeProvider.System);
        book.Find("aaaaaaaaaaaaaaaaaaaa").Should().Be("file");

        Change(way, "bbbbbbbbbbbbbbbbbbbb\n");

        book.Find("aaaaaaaaaaaaaaaaaaaa").Should().BeNull();
        book.Find("bbbbbbbbbbbbbbbbbbbb").Should().Be("file");
    }

    [Fact]
    public void A_token_file_that_cannot_be_read_lets_nobody_in_and_is_no_error()
    {
        var path = _directory.File("token");
        File.WriteAllText(path, "aaaaaaaaaaaaaaaaaaaa\n");
        var book = new TokenBook(Path.Combine(_directory.Path, "tokens.json"), path, TimeProvider.System);
        book.Find("aaaaaaaaaaaaaaaaaaaa").Should().Be("file");

        // A link that leads in a circle: there, and not to be read, not even by root.
        File.Delete(path);
        File.CreateSymbolicLink(path, path);

        book.Find("aaaaaaaaaaaaaaaaaaaa").Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_certificate_and_its_key(string way)
    {
        using var first = new MadeCertificates(Directory.CreateDirectory(Path.Combine(_directory.Path, "first")).FullName, "cloud.home");
        using var second = new MadeCertificates(Directory.CreateDirectory(Path.Combine(_directory.Path, "second")).FullName, "cloud.home");
        var clock = new ManualClock();

        // One file with both, as some tools write it.
        var path = Put(File.ReadAllText(first.CertificatePath) + File.ReadAllText(first.KeyPath));
        using var source = new CertificateSource(new WebOptions { TlsCertificate = path, TlsKey = path }, new ServersOptions { DataDirectory = _directory.Path }, clock, NullLogger<CertificateSource>.Instance);
        source.Get().ServerCertificateContext!.TargetCertificate.Thumbprint.Should().Be(first.Thumbprint);

        Change(way, File.ReadAllText(second.CertificatePath) + File.ReadAllText(second.KeyPath));

        clock.Advance(TimeSpan.FromMinutes(1));
        source.Get().ServerCertificateContext!.TargetCertificate.Thumbprint.Should().Be(second.Thumbprint);
    }

    // Docker's folder has three files: the one that changes holds them all here, and each name leads to it.
    private string PutEngineFiles(TestAuthority authority)
    {
        var file = Put(EngineFiles(authority));
        var folder = Directory.CreateDirectory(Path.Combine(_directory.Path, "engine")).FullName;
        foreach (var name in (string[])["ca.pem", "cert.pem", "key.pem"])
            File.CreateSymbolicLink(Path.Combine(folder, name), file);
        return folder;
    }

    private void ChangeEngineFiles(string way, TestAuthority authority) => Change(way, EngineFiles(authority));

    private static string EngineFiles(TestAuthority authority) => authority.ServerPem + File.ReadAllText(authority.CaFile);

    // link → current/file, current → old: what certbot, ConfigMaps and NixOS do.
    private string Put(string content)
    {
        Write("old", content);
        var folder = Path.Combine(_directory.Path, "current");
        Directory.CreateSymbolicLink(folder, Path.Combine(_directory.Path, "old"));
        var link = Path.Combine(_directory.Path, "link");
        File.CreateSymbolicLink(link, Path.Combine(folder, "file"));
        return link;
    }

    private void Change(string way, string content)
    {
        var next = Write("next", content);
        var (link, folder, old) = (Path.Combine(_directory.Path, "link"), Path.Combine(_directory.Path, "current"), Path.Combine(_directory.Path, "old", "file"));
        switch (way)
        {
            case "replaced":
                File.Move(next, old, overwrite: true);
                break;
            case "link replaced":
                File.Delete(link);
                File.CreateSymbolicLink(link, next);
                break;
            case "folder swapped":
                Directory.Delete(folder);
                Directory.CreateSymbolicLink(folder, Path.Combine(_directory.Path, "next"));
                break;
            case "same size and time":
                Write("old", content);
                break;
            default:
                File.WriteAllText(old, content);
                break;
        }
    }

    private string Write(string folder, string content)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory.Path, folder)).FullName, "file");
        File.WriteAllText(file, content);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddDays(20_000));
        return file;
    }
}
