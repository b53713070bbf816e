using HomeCloud.Cli.Api;
using HomeCloud.Cli.Commands.Servers;
using Spectre.Console;

namespace HomeCloud.Tests.Cli;

public sealed class ServerTableTests
{
    private static readonly ServerInfo[] Home =
    [
        Server("airplay", "192.168.1.130", "homecloud/sshbox:1", 22),
        Server("photos-of-the-whole-family", "192.168.1.131", "ghcr.io/someone/a-very-long-name-of-an-image:2026.11.30", 80, 443, 2283, 3001, 8080),
        Server("homecloud-dns-1", "192.168.1.53", "homecloud/dns:1.0", 53) with { Role = "dns" },
    ];

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(4000)]
    public void No_line_is_wider_than_the_terminal_and_name_and_address_are_whole(int width)
    {
        var lines = Lines(width);

        lines.Should().OnlyContain(line => line.Length <= width);
        foreach (var server in Home)
            lines.Should().ContainSingle(line => line.StartsWith(server.Name + " ", StringComparison.Ordinal)).Which.Should().Contain(server.Addresses[0]);
    }

    [Fact]
    public void Where_there_is_room_nothing_is_cut()
    {
        Lines(4000).Should().Contain(line => line.EndsWith("ghcr.io/someone/a-very-long-name-of-an-image:2026.11.30", StringComparison.Ordinal)).And.NotContain(line => line.Contains('…'));
        Lines(100).Should().Contain(line => line.EndsWith('…'));
    }

    [Fact]
    public void Containers_of_HomeCloud_stand_below_the_servers() =>
        Lines(80).Select(line => line.Split(' ')[0]).Should().Equal("NAME", "airplay", "photos-of-the-whole-family", "", "HomeCloud", "homecloud-dns-1");

    [Fact]
    public void An_address_that_is_kept_stands_in_parentheses() =>
        ServerTable.Lines([Server("box", "", "box") with { Addresses = [], KeptAddress = "192.168.1.9", State = "stopped" }], 80).Should().ContainSingle(line => line.Contains("(192.168.1.9)"));

    private static List<string> Lines(int width) => [.. ServerTable.Lines(Home, width).Select(Markup.Remove)];

    private static ServerInfo Server(string name, string address, string image, params int[] ports) => new()
    {
        Name = name,
        State = "running",
        Addresses = [address],
        Image = image,
        Ports = [.. ports.Select(port => new PortInfo(port, true, null))],
        StartedAt = DateTimeOffset.UtcNow.AddHours(-3),
        Usage = new UsageInfo(name, 12.5, 512L << 20, 2L << 30),
    };
}
