using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Install;

/// <summary>What is shipped beside the programs is accepted by the tools that will read it.</summary>
[Trait("Category", "Lab")]
public sealed class ShippedFilesTests : IAsyncLifetime
{
    private static readonly Version FirstWithVeth = new(0, 107);
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-shipped-").FullName;

    [Theory(Timeout = 60_000)]
    [InlineData("bridge-older")]
    [InlineData("plain-nic")]
    [InlineData("bridge")]
    public async Task Netplan_accepts_each_example_for_its_version(string example)
    {
        var folder = Path.Combine(_folder, "etc", "netplan");
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Documents.Root(), "netplan-example", example, "netplan")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));

        var result = await Command.RunAsync(["netplan", "generate", "--root-dir", _folder]);

        if (example == "bridge" && await NetplanVersionAsync() < FirstWithVeth)
        {
            // The reason why there are two examples; with a newer netplan this must pass like the others.
            result.Text.Should().Contain("unknown key 'virtual-ethernets'");
            return;
        }

        result.OrFail();
        Directory.EnumerateFiles(Path.Combine(_folder, "run", "systemd", "network")).Should().NotBeEmpty();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("homecloud-dns")]
    [InlineData("homecloud-agent")]
    public async Task Systemd_accepts_the_units_and_finds_them_well_confined(string unit)
    {
        // The program need not be there for the rest to be checked.
        var text = await File.ReadAllTextAsync(Path.Combine(Documents.Root(), "install", "systemd", unit + ".service"));
        var path = Path.Combine(_folder, unit + ".service");
        await File.WriteAllTextAsync(path, text.Replace("/opt/homecloud/" + unit, "/bin/true", StringComparison.Ordinal));

        var verified = (await Command.RunAsync(["systemd-analyze", "verify", "--man=no", path])).OrFail();
        // Known from systemd 254 on; before, the program waits longer each time by itself (StartPause).
        string[] newer = ["'RestartSteps'", "'RestartMaxDelaySec'"];
        var unknown = verified.Text.Split('\n').Where(line => !(line.Contains("Unknown key", StringComparison.Ordinal) && newer.Any(key => line.Contains(key, StringComparison.Ordinal))));
        string.Join('\n', unknown).Should().NotContain(unit);
        // Up to 2.1, in tenths; a fifth of a point is the agent's right to see packets.
        (await Command.RunAsync(["systemd-analyze", "security", "--offline=true", "--threshold=21", path])).OrFail();
    }

    /// <summary>The agent's user can become root through Docker, and may use the agent's socket: the DNS server, which reads what the LAN sends, must not be that user.</summary>
    [Fact]
    public void The_DNS_server_shares_neither_user_nor_folders_with_the_agent()
    {
        var (agent, dns) = (Unit("homecloud-agent"), Unit("homecloud-dns"));
        foreach (var key in (string[])["User", "Group", "StateDirectory", "RuntimeDirectory", "LogsDirectory"])
            dns.GetValueOrDefault(key, "none").Should().NotBe(agent[key], key);
        dns.Should().NotContainKey("SupplementaryGroups");
        dns["Environment"].Should().Contain($"HOMECLOUD_DATA_DIR=/var/lib/{dns["StateDirectory"]}");

        static Dictionary<string, string> Unit(string name) => File.ReadLines(Path.Combine(Documents.Root(), "install", "systemd", name + ".service"))
            .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
            .Select(line => line.Split('=', 2))
            .GroupBy(pair => pair[0], pair => pair[1])
            .ToDictionary(values => values.Key, values => string.Join(' ', values));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("compose.yaml")]
    [InlineData("compose.redis.yaml")]
    [InlineData("compose.redis.yaml", "compose.share.yaml")]
    [InlineData("compose.join.yaml")]
    [InlineData("compose.redis.yaml", "compose.share.yaml", "compose.shared-address.yaml")]
    [InlineData("compose.join.yaml", "compose.shared-address.yaml")]
    [InlineData("compose.network.yaml")]
    public async Task Compose_reads_every_file_with_the_example_settings(params string[] files)
    {
        var settings = Path.Combine(_folder, "env");
        var example = await File.ReadAllTextAsync(Path.Combine(Documents.Root(), ".env.example"));
        await File.WriteAllTextAsync(settings, example.Replace("DOCKER_GID=", "DOCKER_GID=999", StringComparison.Ordinal).Replace("REDIS_PASSWORD=", "REDIS_PASSWORD=secret", StringComparison.Ordinal).Replace("#HOMECLOUD_", "HOMECLOUD_", StringComparison.Ordinal)
            .Replace("#REDIS_CERTIFICATE=", "REDIS_CERTIFICATE=x", StringComparison.Ordinal).Replace("#REDIS_KEY=", "REDIS_KEY=x", StringComparison.Ordinal));

        var result = await Command.RunAsync(["docker-compose", "--env-file", settings, .. files.SelectMany(file => new[] { "-f", Path.Combine(Documents.Root(), file) }), "config"]);

        result.OrFail();
        foreach (var line in result.Output.Split('\n'))
            line.Should().NotContain("set HOMECLOUD_");
    }

    /// <summary>Compose 2 pulls an image before it builds it, and anybody may have taken its name in a registry.</summary>
    [Fact]
    public async Task What_compose_builds_is_asked_of_no_registry()
    {
        foreach (var file in Directory.EnumerateFiles(Documents.Root(), "compose*.yaml"))
        {
            var lines = (await File.ReadAllLinesAsync(file)).Select(line => line.Trim()).ToList();
            lines.Count(line => line == "pull_policy: never").Should().Be(lines.Count(line => line == "build:"), file);
        }
    }

    /// <summary>Where the agent answers no DNS itself, it must be told whom to ask, or no server is ever seen to resolve.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("compose.redis.yaml", "agent")]
    [InlineData("compose.join.yaml", "agent")]
    public async Task An_agent_beside_a_DNS_server_knows_whom_to_ask_whether_a_name_is_ready(string file, string service)
    {
        var settings = Path.Combine(_folder, "env");
        var example = await File.ReadAllTextAsync(Path.Combine(Documents.Root(), ".env.example"));
        await File.WriteAllTextAsync(settings, example.Replace("DOCKER_GID=", "DOCKER_GID=999", StringComparison.Ordinal).Replace("REDIS_PASSWORD=", "REDIS_PASSWORD=secret", StringComparison.Ordinal).Replace("#HOMECLOUD_", "HOMECLOUD_", StringComparison.Ordinal)
            .Replace("#REDIS_CERTIFICATE=", "REDIS_CERTIFICATE=x", StringComparison.Ordinal).Replace("#REDIS_KEY=", "REDIS_KEY=x", StringComparison.Ordinal));

        var config = (await Command.RunAsync(["docker-compose", "--env-file", settings, "-f", Path.Combine(Documents.Root(), file), "config"])).OrFail().Output;

        var dns = config.Split('\n').First(line => line.Contains("HOMECLOUD_LISTEN:", StringComparison.Ordinal)).Trim().Split(' ')[1].Split(',')[0];
        config[config.IndexOf($"  {service}:\n", StringComparison.Ordinal)..].Should().Contain($"HOMECLOUD_READY_DNS: {dns}\n");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("compose.yaml")]
    [InlineData("compose.redis.yaml")]
    public async Task Compose_names_the_setting_that_is_missing(string file)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "env"), "REDIS_PASSWORD=x\n");

        var result = await Command.RunAsync(["docker-compose", "--env-file", Path.Combine(_folder, "env"), "-f", Path.Combine(Documents.Root(), file), "config"]);

        result.Succeeded.Should().BeFalse();
        result.Text.Should().Contain("in .env");
    }

    public Task InitializeAsync() => DebianPackages.EnsureAsync(
        [("netplan", "netplan.io"), ("systemd-analyze", "systemd"), ("docker-compose", "docker-compose")], SilentProgress.Instance, CancellationToken.None);

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    private static async Task<Version> NetplanVersionAsync()
    {
        var text = (await Command.RunAsync(["dpkg-query", "-W", "-f", "${Version}", "netplan.io"])).OrFail().Output;
        return Version.Parse(text.Split('-')[0]);
    }
}
