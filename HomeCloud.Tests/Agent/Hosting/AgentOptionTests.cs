using System.CommandLine;
using HomeCloud.Agent.Hosting;

namespace HomeCloud.Tests.Agent.Hosting;

public sealed class AgentOptionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hc-agent-options-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_command_line_comes_before_the_environment_and_that_before_the_file()
    {
        var file = Path.Combine(_directory, "agent.json");
        File.WriteAllText(file, """{ "network": ["guest"], "grace": 1, "healthy-only": true, "listen": ["127.0.0.1:5300"] }""");
        var (options, problems) = Read(
            "--network lan -n wing --grace 0.5",
            file,
            ("HOMECLOUD_GRACE", "2"), ("HOMECLOUD_RESYNC", "30"), ("HOMECLOUD_HOST_ADDRESS", "192.168.1.5,fd00::5"), ("DOCKER_HOST", "tcp://10.0.0.9:2375"));
        problems.Should().BeEmpty();
        options.Naming.Networks.Should().Equal("lan", "wing");
        options.Naming.HealthyOnly.Should().BeTrue();
        options.Reconciler.Grace.Should().Be(TimeSpan.FromSeconds(0.5));
        options.Reconciler.Resync.Should().Be(TimeSpan.FromSeconds(30));
        options.Reconciler.HostAddresses.Should().HaveCount(2);
        options.Docker.Host.Should().Be("tcp://10.0.0.9:2375");
        options.Dns.Listen.Addresses.Should().Equal("127.0.0.1:5300");
    }

    [Fact]
    public void Docker_host_on_the_command_line_beats_DOCKER_HOST() =>
        Read("--docker-host unix:///run/podman/podman.sock", null, ("DOCKER_HOST", "tcp://10.0.0.9:2375")).Options.Docker.Host.Should().Be("unix:///run/podman/podman.sock");

    [Theory]
    [InlineData("--healthy-only", true)]
    [InlineData("--healthy-only on", true)]
    [InlineData("--healthy-only=off", false)]
    [InlineData("--healthy-only no --publish-host-ports", false)]
    public void A_switch_takes_a_value_or_none(string arguments, bool expected) =>
        Read(arguments, null).Options.Naming.HealthyOnly.Should().Be(expected);

    [Theory]
    [InlineData("--healthy-only maybe", "--healthy-only 'maybe' is neither 'on' nor 'off'")]
    [InlineData("--docker-host ssh://me@box", "--docker-host 'ssh://me@box': use unix:///PATH or tcp://HOST:PORT")]
    [InlineData("--agent-id static", "--agent-id 'static' is reserved for static names; choose another")]
    [InlineData("--agent-id a/b", "--agent-id 'a/b' may hold only letters, digits, '-', '_' and '.'")]
    [InlineData("--host-address home", "--host-address 'home' is not a valid IP address (example: 192.168.1.5)")]
    [InlineData("--host-address 192.168.1.030", "--host-address '192.168.1.030' is not a valid IP address (*192.168.1.30*")]
    [InlineData("--grace 1000", "--grace*0 to 10 minutes*")]
    [InlineData("--resync 0", "--resync*1 second to 1 day*")]
    [InlineData("--lease 1", "--lease*3 seconds to 1 hour*")]
    [InlineData("--ttl -1", "--ttl '-1'*0 seconds or more*")]
    [InlineData("--upstream nonsense/", "*--upstream*")]
    [InlineData("--listen-https nonsense", "--listen-https*")]
    [InlineData("--web-tls 192.168.1.5 --listen-https 192.168.1.5:443", "--listen-https 192.168.1.5:443*--web-tls*")]
    [InlineData("--redis 127.0.0.1:6379 --listen-https 192.168.1.5", "--listen-https*--with-dns*")]
    public void A_wrong_value_is_one_line_that_names_option_value_and_fix(string arguments, string expected) =>
        Read(arguments, null).Problems.Should().ContainSingle().Which.Should().Match(expected);

    [Theory]
    [InlineData("", false)]
    [InlineData("--web-tls 192.168.1.5", true)]
    [InlineData("--web-proxy 127.0.0.1", true)]
    [InlineData("--web-tls 192.168.1.5 --doh off", false)]
    [InlineData("--listen-https 192.168.1.5 --doh off", true)]
    public void DNS_over_HTTPS_comes_with_TLS(string arguments, bool answers) => Read(arguments, null).Options.Web.AnswersDns.Should().Be(answers);

    [Theory]
    [InlineData("", true)]
    [InlineData("--redis 127.0.0.1:6379", false)]
    [InlineData("--redis 127.0.0.1:6379 --with-dns", true)]
    public void Without_Redis_one_process_is_the_whole_home(string arguments, bool runsDns) =>
        Read(arguments, null).Options.RunsDns.Should().Be(runsDns);

    [Fact]
    public void Zones_of_the_DNS_server_are_those_that_names_are_relative_to() =>
        Read("--zone lan --zone cottage.lan.", null).Options.Naming.Zones.Should().Equal("cottage.lan", "lan");

    [Fact]
    public void An_agent_remembers_who_it_is()
    {
        var first = Read("", null).Options.Reconciler.AgentId;
        first.Should().NotBeEmpty();
        File.ReadAllText(Path.Combine(_directory, "agent-id")).Trim().Should().Be(first);
        File.WriteAllText(Path.Combine(_directory, "agent-id"), "cellar\n");
        Read("", null).Options.Reconciler.AgentId.Should().Be("cellar");
        Read("--agent-id attic", null).Options.Reconciler.AgentId.Should().Be("attic");
        File.WriteAllText(Path.Combine(_directory, "agent-id"), "not / valid");
        Read("", null).Options.Reconciler.AgentId.Should().Be(first);
    }

    [Theory]
    [InlineData("Attic", "attic")]
    [InlineData("raspberry pi!", "raspberrypi")]
    [InlineData("-x.", "x")]
    public void Its_first_name_is_the_hosts(string hostName, string expected) => AgentIdentity.FromHostName(hostName).Should().Be(expected);

    [Theory]
    [InlineData("localhost")]
    [InlineData("static")]
    [InlineData("")]
    [InlineData("☃")]
    public void Unless_that_name_says_nothing(string hostName) => AgentIdentity.FromHostName(hostName).Should().MatchRegex("^agent-[0-9a-f]{8}$");

    [Fact]
    public void Every_option_has_one_name_and_one_letter()
    {
        var table = AgentOptions.Rows;
        table.Select(option => option.Name).Should().OnlyHaveUniqueItems();
        table.Where(option => option.Short is not null).Select(option => option.Short).Should().OnlyHaveUniqueItems();
    }

    private (AgentOptions Options, IReadOnlyList<string> Problems) Read(string arguments, string? file, params (string Name, string Value)[] variables)
    {
        var reader = new AgentOptionReader();
        var command = new RootCommand();
        foreach (var option in reader.CommandLine.Options)
            command.Options.Add(option);
        var parsed = command.Parse(arguments + " --data-dir " + _directory);
        parsed.Errors.Should().BeEmpty();
        return (reader.Options, reader.Read(reader.CommandLine.Read(parsed), file, variables.ToDictionary(variable => variable.Name, variable => variable.Value)));
    }
}
