using System.Net;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Forwarding.Rules;
using HomeCloud.Tests.Registry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Forwarding;

/// <summary>
/// Without --upstream the host's own servers are asked. Once the router hands out this server, the host's file names nobody else:
/// a restart must not leave the home without names from outside.
/// </summary>
public sealed class HostServersTests : IDisposable
{
    private const string Ours = "nameserver 127.0.0.1\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hostservers");
    private readonly OwnEndPoints _own = new([new IPEndPoint(IPAddress.Loopback, 53)]);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void After_a_restart_the_servers_that_answered_before_are_asked_where_the_file_names_only_us()
    {
        Start("nameserver 192.168.1.1\nnameserver 2001:db8::53\n").Keep([Server("192.168.1.1"), Server("2001:db8::53")]);

        var again = Start(Ours);

        Read(again).Should().Equal("192.168.1.1:53", "[2001:db8::53]:53");
        again.AreKept.Should().BeTrue();
    }

    [Theory]
    [InlineData(Ours)]
    [InlineData("")]
    public void While_it_runs_old_servers_beat_none(string text)
    {
        var servers = Start("nameserver 192.168.1.1\n");
        Read(servers).Should().Equal("192.168.1.1:53");

        Write(text);

        Read(servers).Should().Equal("192.168.1.1:53");
    }

    [Fact]
    public void What_the_file_names_wins_over_what_was_kept()
    {
        Start("nameserver 192.168.1.1\n").Keep([Server("192.168.1.1")]);

        var again = Start("nameserver 192.168.1.1\nnameserver 9.9.9.9\n");

        Read(again).Should().Equal("192.168.1.1:53", "9.9.9.9:53");
        again.AreKept.Should().BeFalse();
    }

    [Fact]
    public void A_kept_server_that_is_ourselves_by_now_is_not_asked()
    {
        Start("").Keep([Server("192.168.1.1"), Server("192.168.1.53")]);

        var moved = new HostServers(new OwnEndPoints([new IPEndPoint(IPAddress.Parse("192.168.1.53"), 53)]), _folder.FullName, NullLogger.Instance);

        Write("");
        Read(moved).Should().Equal("192.168.1.1:53");
    }

    [Theory]
    [InlineData("127.0.0.53")]
    [InlineData("::1")]
    [InlineData("fe80::1%2")]
    [InlineData("0.0.0.0")]
    public void A_server_that_means_something_else_after_a_restart_is_not_kept(string address)
    {
        var servers = Start("");
        servers.Keep([Server("192.168.1.1")]);

        servers.Keep([Server(address)]);

        Read(Start("")).Should().Equal("192.168.1.1:53");
    }

    [Theory]
    [InlineData("")]
    [InlineData("homecloud-dns host servers 1\n192.168.1.1\n")]
    [InlineData("homecloud-dns host servers 1\n192.168.1.1\nend 2\n")]
    [InlineData("homecloud-dns host servers 1\nrouter\nend 1\n")]
    [InlineData("homecloud-dns host servers 1\n192.168.1.1\n192.168.1.1\nend 2\n")]
    [InlineData("homecloud-dns host servers 2\n192.168.1.1\nend 1\n")]
    [InlineData("nameserver 192.168.1.1\n")]
    public void A_damaged_file_is_said_and_replaced(string damaged)
    {
        File.WriteAllText(Kept, damaged);
        var log = new CollectedLog<Forwarder>();

        Read(Start("", log)).Should().BeEmpty();

        log.Messages.Should().ContainSingle(line => line.Contains(Kept, StringComparison.Ordinal));
        Start("").Keep([Server("9.9.9.9")]);
        Read(Start("")).Should().Equal("9.9.9.9:53");
    }

    [Fact]
    public void A_file_that_is_far_too_long_is_not_read()
    {
        File.WriteAllText(Kept, new string('a', 1_000_000));

        Read(Start("")).Should().BeEmpty();
    }

    [Fact]
    public void A_disk_that_takes_nothing_stops_nothing()
    {
        Directory.CreateDirectory(Kept);
        var log = new CollectedLog<Forwarder>();
        var servers = Start("nameserver 192.168.1.1\n", log);

        servers.Keep([Server("192.168.1.1")]);
        servers.Keep([Server("192.168.1.1")]);

        Read(servers).Should().Equal("192.168.1.1:53");
        log.Messages.Should().ContainSingle(line => line.Contains("cannot be written", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_servers_are_written_once()
    {
        var servers = Start("");
        servers.Keep([Server("192.168.1.1")]);
        File.Delete(Kept);

        servers.Keep([Server("192.168.1.1")]);

        File.Exists(Kept).Should().BeFalse();
    }

    [Fact]
    public void A_file_that_stays_as_it_is_is_said_once()
    {
        var log = new CollectedLog<Forwarder>();
        var servers = Start(Ours, log);

        for (var look = 0; look < 3; look++)
            Read(servers);

        log.Messages.Should().ContainSingle(line => line.Contains("is this server itself", StringComparison.Ordinal));
    }

    [Fact]
    public void Dig_and_the_log_say_that_kept_servers_are_asked()
    {
        Start("").Keep([Server("192.0.2.1")]);
        Write(Ours);
        using var forwarder = new Forwarder(new ForwardingOptions { ResolvConf = Conf }, _own, TimeProvider.System, NullLogger<Forwarder>.Instance, dataDirectory: _folder.FullName);

        forwarder.UpstreamInUse.Should().Be("192.0.2.1 (kept from before, because the host names no other server: set --upstream)");
        forwarder.Reload().Should().BeFalse();

        forwarder.Apply(new ForwardingOptions { ResolvConf = Conf, Upstreams = ["192.0.2.2"] });
        forwarder.UpstreamInUse.Should().Be("192.0.2.2");
        forwarder.Apply(new ForwardingOptions { ResolvConf = Conf });
        forwarder.UpstreamInUse.Should().StartWith("192.0.2.1 (kept");
    }

    private string Conf => Path.Combine(_folder.FullName, "resolv.conf");

    private string Kept => Path.Combine(_folder.FullName, "dns-host-servers");

    private HostServers Start(string resolvConf, ILogger? log = null)
    {
        Write(resolvConf);
        return new HostServers(_own, _folder.FullName, log ?? NullLogger.Instance);
    }

    private void Write(string resolvConf) => File.WriteAllText(Conf, resolvConf);

    private IEnumerable<string> Read(HostServers servers) => servers.Read(new ForwardingOptions { ResolvConf = Conf }).Select(server => server.ToString());

    private static IPEndPoint Server(string address) => new(IPAddress.Parse(address), 53);
}
