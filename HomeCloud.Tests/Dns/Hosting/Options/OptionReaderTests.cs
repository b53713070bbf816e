using System.Collections;
using System.CommandLine;
using HomeCloud.Commands;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Net.Options;

namespace HomeCloud.Tests.Dns.Hosting.Options;

public sealed class OptionReaderTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("option-tests-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Command_line_beats_environment_beats_file_beats_default_and_lists_are_not_mixed()
    {
        var options = new DnsServerOptions();
        var problems = Read(
            options,
            CommandLine("-l", "127.0.0.1:5301", "--prefetch", "off"),
            EnvironmentLayer.Read(new Hashtable { ["HOMECLOUD_LISTEN"] = "127.0.0.1:1,127.0.0.1:2", ["HOMECLOUD_UPSTREAM"] = "192.0.2.1 192.0.2.2", ["HOMECLOUD_CACHE_SIZE"] = "1M", ["PATH"] = "/bin" }, DnsServerOptions.Rows),
            File("""
                {
                  // comments and trailing commas are welcome
                  "listen": ["127.0.0.1:3", "127.0.0.1:4", "127.0.0.1:5"],
                  "upstream": "192.0.2.9",
                  "cache-size": 65536,
                  "serve-stale": false,
                  "tcp-idle-timeout": 20,
                }
                """));

        problems.Should().BeEmpty();
        options.Listen.Addresses.Should().Equal("127.0.0.1:5301");
        options.Forwarding.Upstreams.Should().Equal("192.0.2.1", "192.0.2.2");
        options.Cache.MaxBytes.Should().Be(1 << 20);
        options.Cache.Prefetch.Should().BeFalse();
        options.Cache.ServeStale.Should().BeFalse();
        options.Listen.IdleTimeout.Should().Be(TimeSpan.FromSeconds(20));
        options.Listen.MaxConnections.Should().Be(512);
    }

    [Theory]
    [InlineData("--listen 1.2.3", "--listen '1.2.3' is not a valid ADDRESS*")]
    [InlineData("--listen-tls ::1:x", "--listen-tls '::1:x' is not a valid ADDRESS*")]
    [InlineData("--upstream nowhere", "--upstream 'nowhere' *")]
    [InlineData("--listen 192.168.1.030", "--listen '192.168.1.030' is not a valid ADDRESS*")]
    [InlineData("--upstream 192.168.1.010", "--upstream '192.168.1.010' is not a valid address*192.168.1.10*")]
    [InlineData("--upstream https://192.168.1.010/dns-query", "--upstream 'https://192.168.1.010/dns-query' *four plain numbers*")]
    [InlineData("--forward lan=192.168.1.010", "--forward 'lan=192.168.1.010' *192.168.1.10*")]
    [InlineData("--allow-from 010.0.0.0/8", "--allow-from '010.0.0.0/8' is not a valid network*")]
    [InlineData("--rate-exempt 192.168.1.010", "--rate-exempt '192.168.1.010' is not a valid network*")]
    [InlineData("--metrics 127.0.0.01:9153", "--metrics '127.0.0.01:9153' is not a valid address with a port*")]
    [InlineData("--otlp http://192.168.1.010:4318", "--otlp 'http://192.168.1.010:4318' is not a valid collector URL*")]
    [InlineData("--redis 192.168.1.010:6379", "*'192.168.1.010:6379' is not a valid HOST or HOST:PORT*")]
    [InlineData("--hosts-file /does/not/exist", "--hosts-file '/does/not/exist' does not exist: create it*")]
    [InlineData("--udp-workers 99", "--udp-workers 99 is out of range: choose*")]
    [InlineData("--udp-workers many", "--udp-workers 'many' is not a whole number")]
    [InlineData("--cache-size 12X", "--cache-size '12X' is not a valid number of bytes*")]
    [InlineData("--tcp-idle-timeout 0", "--tcp-idle-timeout 0 is out of range: choose 1 to 3600 seconds")]
    [InlineData("--prefetch maybe", "--prefetch 'maybe' is neither 'on' nor 'off'")]
    [InlineData("--tls-key /x", "--tls-certificate and --tls-key belong together*")]
    [InlineData("--hosts-ttl 10 --hosts-ttl 20", "--hosts-ttl is set 2 times; set it once")]
    [InlineData("--max-connections-per-client 600", "--max-connections-per-client 600 is out of range: choose 1 to --max-connections (512)")]
    public void A_wrong_value_is_named_with_its_option_and_the_fix(string arguments, string problem)
    {
        var problems = Read(new DnsServerOptions(), CommandLine(arguments.Split(' ')));

        problems.Should().Contain(line => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(problem, line, false), "of: {0}", string.Join(" | ", problems));
        problems.Should().OnlyContain(line => !line.Contains('\n'));
    }

    [Theory]
    [InlineData("--listen 192.168.1.5 --listen-tls 192.168.1.5", true)]
    [InlineData("--listen 127.0.0.1:0 --listen-tls 127.0.0.1:0", true)]
    [InlineData("--listen 192.168.1.5 --listen fd00::5", true)]
    [InlineData("--listen 192.168.1.5 --listen 192.168.1.5:53", false)]
    [InlineData("--listen fd00::5 --listen [FD00:0::5]:53", false)]
    [InlineData("--listen-tls 192.168.1.5:853 --listen-tls 192.168.1.5", false)]
    [InlineData("--listen 192.168.1.5:853 --listen-tls 192.168.1.5", false)]
    public void An_address_is_given_twice_when_address_and_port_are(string arguments, bool isFine)
    {
        var problems = Read(new DnsServerOptions(), CommandLine(arguments.Split(' ')));

        if (isFine)
            problems.Should().BeEmpty();
        else
            problems.Should().ContainSingle().Which.Should().Match("--listen* is set 2 times; set it once");
    }

    [Fact]
    public void A_switch_needs_no_value()
    {
        var options = new DnsServerOptions();
        Read(options, CommandLine("--strict-order", "--listen", "127.0.0.1:5301")).Should().BeEmpty();
        options.Forwarding.StrictOrder.Should().BeTrue();
    }

    [Theory]
    [InlineData("{ \"lissten\": [] }", "*unknown key \"lissten\": did you mean \"listen\"?")]
    [InlineData("{ \"colour\": 1 }", "*unknown key \"colour\": see --help for the names*")]
    [InlineData("{ \"listen\": {} }", "*key \"listen\" must be a string or a list of strings")]
    [InlineData("{ \"hosts-ttl\": [1, 2] }", "*key \"hosts-ttl\" must be a single value")]
    [InlineData("{ \"listen\": \"::1\", \"listen\": \"::2\" }", "*has the key \"listen\" twice: keep one")]
    [InlineData("[]", "*must hold one JSON object*")]
    [InlineData("{\n  \"listen\" \"::1\"\n}", "*line 2, column * is not valid JSON*")]
    public void A_wrong_file_is_named_with_the_place(string json, string problem) =>
        File(json).Problems.Should().ContainSingle().Which.Should().Match(problem);

    [Fact]
    public void A_value_from_a_file_is_blamed_on_the_file() =>
        Read(new DnsServerOptions(), File("""{ "udp-workers": "x" }"""))
            .Should().ContainSingle().Which.Should().Match("--udp-workers 'x' (from *) is not a whole number");

    [Fact]
    public void A_missing_file_is_named() =>
        FileLayer.Read("/does/not/exist.json", DnsServerOptions.Rows).Problems.Should().ContainSingle()
            .Which.Should().Be("--config '/does/not/exist.json' does not exist: create it, or correct the path");

    [Fact]
    public void A_misspelt_variable_is_named_and_that_of_another_program_is_not()
    {
        EnvironmentLayer.Read(new Hashtable { ["HOMECLOUD_UPSTREM"] = "x", ["HOMECLOUD_CONTROL_SOCKET"] = "y" }, DnsServerOptions.Rows).Problems
            .Should().ContainSingle().Which.Should().Contain("did you mean HOMECLOUD_UPSTREAM?");
    }

    [Theory]
    [InlineData("HOMECLOUD_FORWARD", "lan=192.168.1.1 fritz.box=192.168.178.1", "lan=192.168.1.1", "fritz.box=192.168.178.1")]
    [InlineData("HOMECLOUD_FORWARD", "lan=192.168.1.1,fritz.box=192.168.178.1\n", "lan=192.168.1.1", "fritz.box=192.168.178.1")]
    [InlineData("HOMECLOUD_FORWARD", "lan=192.168.1.1,192.168.1.2:5353,fritz.box=192.168.178.1", "lan=192.168.1.1,192.168.1.2:5353", "fritz.box=192.168.178.1")]
    [InlineData("HOMECLOUD_LOCAL", "www.example.org=nas, 192.168.1.20 *.example.com=nas", "www.example.org=nas,192.168.1.20", "*.example.com=nas")]
    [InlineData("HOMECLOUD_BLOCK_GROUP", "kids=192.168.1.40,phone guests=tv", "kids=192.168.1.40,phone", "guests=tv")]
    [InlineData("HOMECLOUD_BLOCK_FOR", "kids=ads,games@20-18,all=ads", "kids=ads,games@20-18", "all=ads")]
    [InlineData("HOMECLOUD_BLOCK", "ads=https://example.org/a,more=/etc/more", "ads=https://example.org/a", "more=/etc/more")]
    [InlineData("HOMECLOUD_UPSTREAM", "192.0.2.1, tls://192.0.2.2#dns.example", "192.0.2.1", "tls://192.0.2.2#dns.example")]
    public void Several_values_in_one_variable_are_told_apart(string variable, string text, params string[] values) =>
        EnvironmentLayer.Read(new Hashtable { [variable] = text }, DnsServerOptions.Rows).Values.Should().ContainSingle().Which.Value.Should().Equal(values);

    [Theory]
    [InlineData("lan=192.168.1.1 192.168.1.2", "--forward '192.168.1.2' has no zone*")]
    [InlineData("192.168.1.2,lan=192.168.1.1", "--forward '192.168.1.2' has no zone*")]
    [InlineData("lan=192.168.1.1,fritz.box", "--forward 'lan=192.168.1.1,fritz.box' *'fritz.box'*")]
    public void A_wrong_value_in_a_variable_is_named(string text, string problem) =>
        Read(new DnsServerOptions(), EnvironmentLayer.Read(new Hashtable { ["HOMECLOUD_FORWARD"] = text }, DnsServerOptions.Rows)).Should().ContainSingle().Which.Should().Match(problem);

    [Fact]
    public void Names_and_letters_of_options_are_unique()
    {
        DnsServerOptions.Rows.Select(option => option.Name).Should().OnlyHaveUniqueItems().And.OnlyContain(name => !name.Any(char.IsUpper));
        DnsServerOptions.Rows.Select(option => option.Short).OfType<char>().Should().OnlyHaveUniqueItems();
        DnsServerOptions.Rows.Should().OnlyContain(option => option.Description.EndsWith('.'));
    }

    private static IReadOnlyList<string> Read(DnsServerOptions options, params IReadOnlyList<OptionLayer> layers) =>
        OptionReader.Read(DnsServerOptions.Rows, options, o => o.Validate(), layers);

    private OptionLayer File(string json)
    {
        var path = Path.Combine(_directory.FullName, "dns.json");
        System.IO.File.WriteAllText(path, json);
        return FileLayer.Read(path, DnsServerOptions.Rows);
    }

    private static OptionLayer CommandLine(params string[] arguments)
    {
        var layer = new CommandLineLayer(DnsServerOptions.Rows);
        var command = new RootCommand();
        foreach (var option in layer.Options)
            command.Options.Add(option);
        return layer.Read(command.Parse(arguments));
    }
}
