using System.CommandLine;
using HomeCloud.Commands;
using HomeCloud.Dns.Hosting.Options;

namespace HomeCloud.Tests.Dns.Hosting.Options;

public class PlainArgumentsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--listen 127.0.0.1:5301")]
    [InlineData("--listen 127.0.0.1:5301 --upstream 192.0.2.1 --listen [::1]:5301 --cache-size 1M")]
    [InlineData("--data-dir /tmp --config /etc/homecloud/dns.json --upstream tls://9.9.9.9#dns.quad9.net")]
    public void Reads_what_System_CommandLine_reads(string line)
    {
        var args = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        PlainArguments.TryRead(args, DnsServerOptions.Rows, out var plain, out var config).Should().BeTrue();

        var layer = new CommandLineLayer(DnsServerOptions.Rows);
        var file = new Option<string?>(PlainArguments.Config);
        var command = new RootCommand { file };
        foreach (var option in layer.Options)
            command.Options.Add(option);
        var parsed = command.Parse(args);
        parsed.Errors.Should().BeEmpty();
        var expected = layer.Read(parsed);
        expected.Problems.Should().BeEmpty();
        plain.Values.Should().BeEquivalentTo(expected.Values);
        plain.Origin.Should().Be(expected.Origin);
        config.Should().Be(parsed.GetValue(file));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-l 127.0.0.1:53")]
    [InlineData("--listen=127.0.0.1:53")]
    [InlineData("--prefetch off")]
    [InlineData("--serve-stale")]
    [InlineData("--lisen 127.0.0.1:53")]
    [InlineData("--listen --upstream")]
    [InlineData("--listen @file")]
    [InlineData("--hosts-ttl 10 --hosts-ttl 20")]
    [InlineData("--config a --config b")]
    [InlineData("127.0.0.1:53 --listen")]
    public void Leaves_everything_else_to_System_CommandLine(string line) =>
        PlainArguments.TryRead(line.Split(' '), DnsServerOptions.Rows, out _, out _).Should().BeFalse();
}
