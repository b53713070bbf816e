using System.Diagnostics;
using HomeCloud.Lab;
using HomeCloud.Lab.Checks;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Docs;
using HomeCloud.Tests.Lab.Probing;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Install;

/// <summary>The compose files as shipped, one after the other, in a home whose router is an OpenWrt that hands out HomeCloud's address by DHCP.</summary>
public abstract class ComposeScenario(ComposedHome home, ITestOutputHelper output)
{
    private const string Main = "compose.yaml";
    private const string Redis = "compose.redis.yaml";
    private const string Shared = "compose.redis.yaml,compose.share.yaml";
    private const string Join = "compose.join.yaml";
    private const string OneAddress = ",compose.shared-address.yaml";

    private static readonly string[] ThreeServices = ["redis", "dns", "agent"];
    private static readonly TimeSpan RestartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(60);

    /// <param name="everything">Also what takes its time: a restore, and a second machine.</param>
    protected async Task RunAsync(bool everything)
    {
        output.WriteLine("prepared: " + home.Times);
        using var laptop = new LaptopTools(home.Lab);
        await StepAsync("network", () => home.First.MakeNetworkAsync());
        await StepAsync("up", UpAsync);
        await StepAsync("ssh by name", () => LaptopReachesAirplayAsync(laptop));
        await StepAsync("down and up", () => DownAndUpAsync(laptop));
        await StepAsync("kill -9", () => KillDnsAsync(Main, "agent"));
        await StepAsync("operation", OperateAsync);
        await StepAsync("folders of the machine", MountFoldersAsync);
        if (everything)
            await StepAsync("all lost but the backup", RestoreAsync);
        await StepAsync("three services", ThreeServicesAsync);
        await StepAsync("kill -9 of each", KillEachAsync);
        if (everything)
            await StepAsync("a second machine joins", () => SecondMachineJoinsAsync(laptop));
    }

    private async Task UpAsync()
    {
        // -T because no terminal is here that could show a QR code.
        var command = Documents.Command("docs/install.md", "docker compose up -d && docker compose exec agent homecloud setup-link --wait");
        var up = await home.First.TypeAsync(command.Replace(" exec ", " exec -T ", StringComparison.Ordinal));
        up.Output.Trim().Split('\n').TakeLast(2).Should().ContainMatch($"http://{home.First.DnsAddress}/setup#*", "what comes next stands at the end, by address for a laptop that does not ask us yet");
        await LaptopLease.GetAsync(home.Lab, home.First.DnsAddress);
        await home.First.HealthyAsync(Main, "agent");
        (await home.First.ComposeAsync(Main, "logs", "agent")).Should().NotMatchRegex("warn: (?!.*SetupAnnouncement)", "nothing is wrong");
        // As on a server without the SDK.
        await home.First.TypeAsync("mkdir tools && for program in bash dirname readlink docker; do ln -s $(command -v $program) tools; done");
        (await home.First.TypeAsync("PATH=$PWD/tools bash ./homecloud ls")).Output.Should().Contain("homecloud_agent_1", "it is in the agent's container");
        (await home.First.TypeAsync($"PATH=$PWD/tools bash {Documents.Command("README.md", "./homecloud doctor")} || [ $? = 1 ]")).Output.Should().Contain(home.First.DnsAddress, "it looks at this home; 1 is for what it finds")
            .And.Contain("is an interface of the machine, and the doctor runs in a container").And.NotContain("does not exist on this machine").And.NotContain("127.0.0.11");
    }

    /// <summary>The same home, its DNS server and its Redis in containers of their own: nothing is lost on the way.</summary>
    private async Task ThreeServicesAsync()
    {
        await home.First.FollowAsync("docs/several-machines.md", "docker compose down");
        await home.First.ComposeAsync(Redis, "up", "-d");
        await home.First.HealthyAsync(Redis, ThreeServices);
        await ResolvesAsync("airplay.home", Redis);
        await ResolvesAsync("printer.home", Redis);
    }

    private async Task LaptopReachesAirplayAsync(LaptopTools laptop)
    {
        await home.First.Server.Engine.RunBoxAsync("airplay");
        await ResolvesAsync("airplay.home", Main);
        (await laptop.SshAsync("airplay.home", 22, "hostname")).Should().Be("airplay");
        (await home.Lab.Laptop.RunAsync(["dig", "+short", "check.home"])).OrFail().Output.Trim().Should().Be(home.First.DnsAddress);
        (await home.Lab.Laptop.RunAsync(["curl", "-sSL", "--max-time", "5", "-o", "/dev/null", "-w", "%{http_code}", "http://cloud.home/"])).OrFail().Output.Should().Be("200");
        // The agent's container says what to call, and the ssh is this machine's.
        await SshSettings.WriteAsync(home.First.Server.Machine);
        (await home.First.TypeAsync("ln -s $(command -v ssh) tools && PATH=$PWD/tools bash ./homecloud ssh airplay -- hostname")).Output.Trim().Should().Be("airplay");
    }

    /// <summary>down takes neither the network nor the user's servers, and up knows all names again.</summary>
    private async Task DownAndUpAsync(LaptopTools laptop)
    {
        await home.First.ComposeAsync(Main, "exec", "-T", "agent", "homecloud", "name", "add", "printer", "192.168.1.20");
        await home.First.ComposeAsync(Main, "down");
        (await home.First.Server.Engine.DockerAsync(["ps", "--format", "{{.Names}}"])).Should().Be("airplay");
        await home.First.ComposeAsync(Main, "up", "-d");
        await ResolvesAsync("airplay.home", Main);
        await ResolvesAsync("printer.home", Main);
        (await laptop.SshAsync("airplay.home", 22, "hostname")).Should().Be("airplay");
    }

    private async Task KillEachAsync()
    {
        foreach (var service in new[] { "redis", "agent" })
        {
            using var prober = new Prober(home.Lab, ("airplay.home", IsRight), ("printer.home", IsRight));
            await home.First.KillAsync(Redis, service);
            prober.Stop().Should().BeEmpty($"killing {service} loses no answer");
            output.WriteLine($"{service} killed: {prober.Asked} questions, none lost");
        }

        await KillDnsAsync(Redis, "dns");
        using (var prober = new Prober(home.Lab, home.First.DnsAddress, ("airplay.home", IsRight), ("printer.home", IsRight)))
        {
            // All three were killed by now; each is well again, and nothing more is lost meanwhile.
            await home.First.HealthyAsync(Redis, ThreeServices);
            prober.Stop().Should().BeEmpty("dns answers all it knew as soon as it is back");
        }
    }

    /// <param name="files">Of compose.</param>
    /// <param name="service">The one that answers DNS.</param>
    private async Task KillDnsAsync(string files, string service)
    {
        using var stub = StubResolver.OnLaptop(home.Lab, home.First.DnsAddress);
        var killed = await home.First.KillAsync(files, service);
        (await Poll.UntilAsync(() => IsRight(stub.Ask("airplay.home", timeoutMilliseconds: 100)) && IsRight(stub.Ask("printer.home", timeoutMilliseconds: 100)), RestartLimit)).Should().BeTrue($"a restart of {service} takes no longer");
        output.WriteLine($"measured: kill -9 of {service} in a container, to the next answer: {Stopwatch.GetElapsedTime(killed).TotalMilliseconds:0} ms");
    }

    /// <summary>What docs/operation.md, docs/debugging.md and docs/install.md have people do to a running home.</summary>
    private async Task OperateAsync()
    {
        using var prober = new Prober(home.Lab, home.First.DnsAddress, ("airplay.home", IsRight));
        await home.First.FollowAsync("docs/operation.md", "docker compose kill -s HUP agent");
        (await Poll.UntilAsync(async () => (await home.First.ComposeAsync(Main, "logs", "agent")).Contains("Configuration reloaded", StringComparison.Ordinal), SettleLimit)).Should().BeTrue();
        prober.Stop().Should().BeEmpty("a reload loses no query");

        var logs = Documents.Command("docs/debugging.md", "docker compose logs -f");
        await home.First.TypeAsync($"timeout 5 {logs}; [ $? = 124 ]");

        var upgrade = Documents.Command("docs/install.md", "git pull && docker compose build && docker compose up -d");
        await home.First.TypeAsync(upgrade.Replace("git pull && ", "", StringComparison.Ordinal));
        await ResolvesAsync("printer.home", Main);
    }

    /// <summary>As docs/servers.md says: the agent's user looks at the folders in its container, and the engine mounts them as root, outside of it.</summary>
    private async Task MountFoldersAsync()
    {
        const string Shown = "/srv/homecloud";
        const string Folder = "/var/lib/hc-share";
        var machine = home.First.Server.Machine;
        async Task RefusedAsync(string folder, string reason)
        {
            var refused = await home.First.HomecloudAsync("create", "thief", "--image", BoxImage.Name, "-v", $"{folder}:/x");
            (refused.ExitCode, refused.Text.Contains(reason, StringComparison.Ordinal)).Should().Be((5, true), refused.Text);
        }

        (await machine.ShellAsync($"mkdir -p {Folder}/films {Folder}/closed && echo kept >{Folder}/films/film && ln -s /etc {Folder}/out && ln -s films {Folder}/in && ln -s /etc {Folder}/closed/out && chmod 700 {Folder}/closed")).OrFail();
        await RefusedAsync(Folder + "/films", "--mount-root");
        var settings = Documents.Blocks().Single(block => block.File == "docs/servers.md" && block.Lines[0] == "services:");
        var (file, text) = (Path.Combine(home.First.Folder, "compose.override.yaml"), string.Join('\n', settings.Lines).Replace(Shown, Folder, StringComparison.Ordinal));
        await File.WriteAllTextAsync(file, text[..text.IndexOf("    volumes:", StringComparison.Ordinal)]);
        await home.First.TypeAsync("docker compose up -d");
        await home.First.HealthyAsync(Main, "agent");
        await RefusedAsync(Folder + "/films", "does not exist");
        await File.WriteAllTextAsync(file, text);
        await home.First.TypeAsync("docker compose up -d");
        await home.First.HealthyAsync(Main, "agent");

        var made = await home.First.HomecloudAsync("create", "cinema", "--image", BoxImage.Name, "-v", $"{Folder}/in:/films");
        made.OrFail().Text.Should().Contain("cinema.home").And.NotContain("was not checked", "its DNS server was asked");
        (await home.First.Server.Engine.DockerAsync(["exec", "cinema", "cat", "/films/film"])).Should().Be("kept");
        await RefusedAsync(Folder + "/out", "is not below");
        await RefusedAsync(Folder + "/closed/out", "may not read");
        await RefusedAsync(Folder + "/later", "does not exist");
        await RefusedAsync("/etc", "is not below");
        // Of the agent's own container, not of the machine: what the engine would mount there is something else.
        await RefusedAsync("/var/lib/homecloud", "is not below");

        (await home.First.HomecloudAsync("stop", "cinema")).OrFail();
        (await machine.ShellAsync($"rm -r {Folder}/films && ln -s /etc {Folder}/films")).OrFail();
        var start = await home.First.HomecloudAsync("start", "cinema");
        start.Succeeded.Should().BeFalse();
        start.Text.Should().Contain("films");
        (await home.First.Server.Engine.DockerAsync(["inspect", "-f", "{{.State.Running}}", "cinema"])).Should().Be("false");

        (await home.First.HomecloudAsync("rm", "cinema", "--yes")).OrFail();
        (await machine.ShellAsync($"rm -rf {Folder}")).OrFail();
        File.Delete(file);
        await home.First.TypeAsync("docker compose up -d");
        await home.First.HealthyAsync(Main, "agent");
    }

    /// <summary>The machine's disk is gone, names that people added included, and comes back from one file.</summary>
    private async Task RestoreAsync()
    {
        await home.First.FollowAsync("docs/operation.md", "docker compose exec -T agent homecloud backup - > homecloud.tar.gz");
        await home.First.FollowAsync("docs/operation.md", "docker compose stop agent");
        await home.First.ComposeAsync(Main, "down", "--volumes");
        await home.First.FollowAsync("docs/operation.md", "docker compose run --rm -T --entrypoint /opt/homecloud/homecloud agent restore - < homecloud.tar.gz");
        await home.First.FollowAsync("docs/operation.md", "docker compose up -d");
        await ResolvesAsync("airplay.home", Main);
        await ResolvesAsync("printer.home", Main);
    }

    private async Task SecondMachineJoinsAsync(LaptopTools laptop)
    {
        await home.ShareImagesAsync();
        await home.First.FollowAsync("docs/several-machines.md", "docker compose -f compose.redis.yaml -f compose.share.yaml up -d");
        // Another range, as docs/several-machines.md says, and what is copied from the first machine.
        await home.Second.MakeNetworkAsync("--range", "192.168.1.16/28");
        await home.Second.CopySettingsAsync(home.First, "HOMECLOUD_REDIS_ADDRESS", "REDIS_PASSWORD", "REDIS_CERTIFICATE");
        await home.Second.FollowAsync("docs/several-machines.md", "docker compose -f compose.join.yaml up -d");
        await home.Second.Server.Engine.RunBoxAsync("elsewhere");

        await ResolvesAsync("elsewhere.home", Shared);
        (await laptop.SshAsync("elsewhere.home", 22, "hostname")).Should().Be("elsewhere");
        // Whoever listens on the LAN reads nothing: Redis there speaks TLS only.
        var plain = await home.Lab.Laptop.RunAsync(["redis-cli", "-h", home.First.Setting("HOMECLOUD_REDIS_ADDRESS"), "PING"]);
        plain.Text.Should().NotContain("PONG").And.NotContain("NOAUTH");
        await home.First.HealthyAsync(Shared, ThreeServices);
        using var second = StubResolver.OnLaptop(home.Lab, home.Second.DnsAddress);
        (await Poll.UntilAsync(() => IsRight(second.Ask("airplay.home")), SettleLimit)).Should().BeTrue("the second machine's DNS server knows the first one's names");
        await home.Second.HealthyAsync(Join, "dns", "agent");
        await OneAddressAsync();
        await home.Second.ComposeAsync(Join + OneAddress, "down");
        await home.First.ComposeAsync(Shared + OneAddress, "down");
    }

    /// <summary>Both DNS servers share an address, which moves when one is killed and when a machine loses its power.</summary>
    private async Task OneAddressAsync()
    {
        await home.First.SetAsync($"HOMECLOUD_SHARED_ADDRESS={Lan.Shared4}", $"HOMECLOUD_PEER_DNS={home.Second.DnsAddress}");
        await home.Second.SetAsync($"HOMECLOUD_SHARED_ADDRESS={Lan.Shared4}", $"HOMECLOUD_PEER_DNS={home.First.DnsAddress}", "HOMECLOUD_SHARED_PRIORITY=150");
        await home.First.ComposeAsync(Shared + OneAddress, "build", "dns");
        await home.ShareImagesAsync("homecloud/shared-dns");
        await home.First.FollowAsync("docs/several-machines.md", "docker compose -f compose.redis.yaml -f compose.share.yaml -f compose.shared-address.yaml up -d");
        await home.Second.FollowAsync("docs/several-machines.md", "docker compose -f compose.join.yaml -f compose.shared-address.yaml up -d");
        await home.First.HealthyAsync(Shared + OneAddress, "dns");
        await home.Second.HealthyAsync(Join + OneAddress, "dns");
        (await Poll.UntilAsync(() => HoldsAsync(home.First), SettleLimit)).Should().BeTrue("the first machine has the higher priority");
        using var stub = StubResolver.OnLaptop(home.Lab, Lan.Shared4);
        (await Poll.UntilAsync(() => IsRight(stub.Ask("airplay.home")), SettleLimit)).Should().BeTrue();
        (await home.First.ComposeAsync(Shared + OneAddress, "exec", "-T", "agent", "homecloud", "doctor", "--only", "shared-address")).Should().Contain($"{Lan.Shared4} is held by this machine");

        // A dead DNS server gives the address away, and has it again when the engine has restarted it.
        var killed = await home.First.KillAsync(Shared + OneAddress, "dns");
        (await Poll.UntilAsync(() => IsRight(stub.Ask("airplay.home", timeoutMilliseconds: 100)), SettleLimit)).Should().BeTrue();
        output.WriteLine($"measured: kill -9 of a DNS container that holds the shared address, to the next answer there: {Stopwatch.GetElapsedTime(killed).TotalMilliseconds:0} ms");
        using (var prober = new Prober(home.Lab, Lan.Shared4, ("airplay.home", IsRight)))
        {
            await home.First.HealthyAsync(Shared + OneAddress, "dns");
            (await Poll.UntilAsync(() => HoldsAsync(home.First), SettleLimit)).Should().BeTrue("it goes back to where it usually is");
            prober.Stop().Should().BeEmpty("an address that goes back loses no query");
        }

        // As a machine that is shut down does it: handed over, not lost.
        await home.First.ComposeAsync(Shared + OneAddress, "stop", "dns");
        (await Poll.UntilAsync(() => HoldsAsync(home.Second), SettleLimit)).Should().BeTrue();
        IsRight(stub.Ask("airplay.home")).Should().BeTrue();
    }

    private async Task<bool> HoldsAsync(ComposeProject machine) =>
        (await home.Lab.Laptop.RunAsync(["dig", "+short", "+tries=1", "@" + machine.DnsAddress, "check.home", "TXT"])).Output.Contains($"shared address {Lan.Shared4}: held here", StringComparison.Ordinal);

    /// <summary>With the laptop's own resolver, as every program on it does.</summary>
    private async Task ResolvesAsync(string name, string files) =>
        (await Poll.UntilAsync(async () => (await home.Lab.Laptop.RunAsync(["getent", "hosts", name])).Succeeded, SettleLimit))
            .Should().BeTrue($"the laptop resolves {name}: {await home.First.ComposeAsync(files, "logs", "--tail=30")}");

    private static bool IsRight(StubAnswer answer) => answer is { Code: StubAnswer.NoError, Addresses.Length: 1 };

    private async Task StepAsync(string what, Func<Task> step)
    {
        var started = Stopwatch.GetTimestamp();
        await step();
        output.WriteLine($"{what}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }
}
