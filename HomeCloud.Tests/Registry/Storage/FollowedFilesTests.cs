using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Hosting;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Tests.Agent.Reconciliation;
using HomeCloud.Tests.Agent.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Registry.Storage;

/// <summary>Files that are followed change in every way that files do: written, replaced, behind a link, with a folder that is swapped, of the same size and time.</summary>
public sealed class FollowedFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Ways => ["written", "replaced", "link replaced", "folder swapped", "same size and time"];

    public void Dispose() => _directory.Dispose();

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
    public void The_token_file(string way)
    {
        var book = new TokenBook(Path.Combine(_directory.Path, "tokens.json"), Put("aaaaaaaaaaaaaaaaaaaa\n"), TimeProvider.System);
        book.Find("aaaaaaaaaaaaaaaaaaaa").Should().Be("file");

        Change(way, "bbbbbbbbbbbbbbbbbbbb\n");

        book.Find("aaaaaaaaaaaaaaaaaaaa").Should().BeNull();
        book.Find("bbbbbbbbbbbbbbbbbbbb").Should().Be("file");
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
