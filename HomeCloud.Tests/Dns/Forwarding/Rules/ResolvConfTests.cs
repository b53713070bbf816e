using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Rules;

namespace HomeCloud.Tests.Dns.Forwarding.Rules;

public sealed class ResolvConfTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resolvconf");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Reads_servers_once_each_and_ignores_the_rest()
    {
        var servers = ResolvConf.Parse("""
            # made by dhclient
            search home
            nameserver 192.168.1.1
              nameserver	2001:db8::53 # the second
            nameserver 192.168.1.1
            nameserver fe80::1%1
            nameserver router
            nameservers 10.0.0.1
            options edns0
            """);

        servers.Select(server => server.ToString()).Should().Equal("192.168.1.1:53", "[2001:db8::53]:53", "[fe80::1%1]:53");
    }

    [Theory]
    [InlineData("nameserver 127.0.0.53", "nameserver 192.168.1.1", "192.168.1.1:53")]
    [InlineData("nameserver 127.0.0.53", "", "127.0.0.53:53")]
    [InlineData("nameserver 10.0.0.1", "nameserver 192.168.1.1", "10.0.0.1:53")]
    public void Looks_behind_the_stub_of_systemd_resolved(string hosts, string behind, string expected)
    {
        ResolvConf.ReadHost(Write("resolv.conf", hosts), Write("resolved.conf", behind)).Should().ContainSingle().Which.ToString().Should().Be(expected);
    }

    [Fact]
    public void A_host_without_the_file_names_no_servers() =>
        ResolvConf.ReadHost(Path.Combine(_folder.FullName, "none"), new ForwardingOptions().ResolvedResolvConf).Should().BeEmpty();

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
