using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab;

/// <summary>Type a name, get a server: by the command line on the server, on any engine.</summary>
public abstract partial class CreateByNameScenarios(LabFixture fixture, ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Crowded = TimeSpan.FromSeconds(150);
    private readonly HomeLab _lab = fixture.Lab;

    [Fact(Timeout = 180_000)]
    public async Task A_box_made_by_name_is_reached_by_ssh_and_made_again_it_is_the_same_box()
    {
        var known = Path.GetTempFileName();
        try
        {
            var first = await HomeCloudAsync("create", "studio", "--user", "root");
            output.WriteLine(first);
            (await SshAsync(known, "accept-new")).Should().Be("studio");

            await HomeCloudAsync("rm", "--yes", "studio");
            var second = await HomeCloudAsync("create", "studio", "--user", "root");
            output.WriteLine(second);
            Address(second).Should().Be(Address(first));
            (await SshAsync(known, "yes")).Should().Be("studio", "the host key is the same, so ssh asks nothing");

            var (made, again) = (Seconds(first), Seconds(second));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measured: homecloud create, from command to ready, image present: {made:0.00} s, made again {again:0.00} s"));
            // What the engine needs to start a container depends on what else the machine does; the rest is ours.
            (again - EngineShare(second)).Should().BeLessThan(2);
        }
        finally
        {
            File.Delete(known);
            await RunAsync("rm", "--yes", "--volumes", "studio");
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task An_address_that_another_device_uses_is_passed_over()
    {
        try
        {
            var before = Address(await HomeCloudAsync("create", "first", "--image", BoxImage.Name));
            await LaptopHasAsync("add", Next(before));

            // The lowest free one comes next, and that would be the laptop's.
            Address(await HomeCloudAsync("create", "second", "--image", BoxImage.Name)).Should().NotBe(Next(before));
            await LaptopHasAsync("del", Next(before));
        }
        finally
        {
            await RunAsync("rm", "--yes", "--volumes", "first", "second");
        }

        async Task LaptopHasAsync(string change, string address) => (await _lab.Laptop.RunAsync(["ip", "address", change, $"{address}/32", "dev", "eth0"])).OrFail();
    }

    [Fact(Timeout = 180_000)]
    public async Task Devices_that_the_kernel_remembers_and_that_are_gone_leave_room_for_a_server()
    {
        // All of 192.168.1.128/25. The lowest ones are asked first, so the limit of 64 would be reached.
        const string Remember = "for i in $(seq 128 254); do ip neighbour replace 192.168.1.$i lladdr 02:00:00:00:00:$(printf %02x $i) dev $(ip -4 -o route get 192.168.1.$i | grep -o 'dev [^ ]*' | cut -c5-) nud stale; done";
        try
        {
            (await _lab.Server.Machine.ShellAsync(Remember)).OrFail();
            await HomeCloudAsync("create", "late", "--image", BoxImage.Name);
        }
        finally
        {
            await RunAsync("rm", "--yes", "--volumes", "late");
            await _lab.Server.Machine.ShellAsync("ip neighbour flush all");
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task A_box_made_after_another_was_removed_is_not_looked_for_at_that_ones_MAC()
    {
        var known = Path.GetTempFileName();
        try
        {
            foreach (var name in new[] { "before", "after" })
            {
                await HomeCloudAsync("create", name, "--user", "root");
                (await SshAsync(known, "accept-new", name, Soon)).Should().Be(name);
                await HomeCloudAsync("rm", "--yes", "--volumes", name);
            }
        }
        finally
        {
            File.Delete(known);
            await RunAsync("rm", "--yes", "--volumes", "before", "after");
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task Homecloud_ssh_opens_a_shell_from_the_server_and_from_the_laptop()
    {
        Task<CommandResult> OnLaptopAsync(string token, params string[] command) =>
            _lab.Laptop.RunAsync(["env", "HOMECLOUD_URL=http://cloud.home", $"HOMECLOUD_TOKEN={token}", .. command], timeout: Patience);

        foreach (var machine in new[] { _lab.Server.Machine, _lab.Laptop })
            await SshSettings.WriteAsync(machine);
        await HomeCloudAsync("create", "hut", "--user", "mo");
        var token = (await HomeCloudAsync("token", "add", "ssh")).Trim();
        try
        {
            (await HomeCloudAsync("ssh", "hut", "--", "whoami; hostname")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal("mo", "hut");
            (await RunAsync("ssh", "hut", "--", "exit 42")).ExitCode.Should().Be(42, "it ends as ssh does");
            (await OnLaptopAsync(token, Executables.Cli, "ssh", "hut", "--", "hostname")).OrFail().Output.Trim().Should().Be("hut");
            (await _lab.Laptop.RunAsync(["ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "mo@hut.home", "hostname"], timeout: Patience)).OrFail().Output.Trim()
                .Should().Be("hut", "the host key was kept under the name that people type");

            (await RunAsync("ssh", "nobody")).ExitCode.Should().Be(3);
            (await OnLaptopAsync(token, "env", "PATH=/nowhere", Executables.Cli, "ssh", "hut")).Should().Match<CommandResult>(r => r.ExitCode == 1 && r.Error.Contains("openssh-client"));
            (await RunAsync("stop", "nobody", "hut", "--json")).Should().Match<CommandResult>(r => r.ExitCode == 3 && r.Output.TrimEnd().Count(c => c == '\n') == 1 && r.Output.StartsWith("{\"error\":") && r.Output.Contains("nobody") && r.Output.Contains("\"stopped\""), "the others are stopped all the same");
            (await RunAsync("ssh", "hut")).Should().Match<CommandResult>(r => r.ExitCode == 1 && r.Error.Contains("homecloud start hut"));
        }
        finally
        {
            await RunAsync("rm", "--yes", "--volumes", "hut");
            await RunAsync("token", "rm", "ssh");
        }
    }

    [Fact(Timeout = 400_000)]
    public async Task Twenty_at_once_all_become_ready_or_fail_clean()
    {
        try
        {
            var results = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => RunAsync(Crowded, "create", $"many{i}", "--image", BoxImage.Name)));
            results.Should().OnlyContain(r => r.ExitCode == 0, string.Join('\n', results.Select(r => r.Error)));
            var addresses = (await _lab.Server.Engine.AddressesAsync()).Where(a => a.Key.StartsWith("many", StringComparison.Ordinal)).Select(a => a.Value[0].ToString()).ToList();
            addresses.Should().HaveCount(20).And.OnlyHaveUniqueItems();
        }
        finally
        {
            await RunAsync(Crowded, ["rm", "--yes", "--volumes", .. Enumerable.Range(1, 20).Select(i => $"many{i}")]);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Refusals_have_their_exit_codes_and_leave_nothing()
    {
        (await RunAsync("create", "my box")).ExitCode.Should().Be(2);
        (await RunAsync("show", "nobody")).ExitCode.Should().Be(3);
        (await RunAsync("create", "gone", "--image", BoxImage.Name, "--", "/bin/false")).Should().Match<CommandResult>(r => r.ExitCode == 1 && r.Error.Contains("exited at once"));
        (await RunAsync("create", "taken", "--address", HomeCloud.Lab.Network.Lan.Laptop4)).Should().Match<CommandResult>(r => r.ExitCode == 4 && r.Error.Contains("answers for"));
        (await RunAsync("ls", "--socket", "/nowhere.sock")).ExitCode.Should().Be(6);
        (await _lab.Server.Engine.DockerAsync(["ps", "--all", "--format", "{{.Names}}"])).Should().NotContain("gone").And.NotContain("taken");
    }

    private async Task<string> SshAsync(string known, string checking, string name = "studio", TimeSpan? patience = null) => (await _lab.Laptop.RunAsync(
        ["ssh", "-v", "-i", BoxImage.KeyPath, "-o", "BatchMode=yes", "-o", $"UserKnownHostsFile={known}", "-o", $"StrictHostKeyChecking={checking}", $"root@{name}.home", "hostname"],
        timeout: patience ?? Patience)).OrFail().Output.Trim();

    private async Task<string> HomeCloudAsync(params string[] arguments) => (await RunAsync(arguments)).OrFail().Output;

    private Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(Patience, arguments);

    private Task<CommandResult> RunAsync(TimeSpan patience, params string[] arguments) => _lab.Server.Machine.RunAsync([Executables.Cli, .. arguments], timeout: patience);

    private static double EngineShare(string text) => At("Started", text) - At("Container", text);

    private static double At(string step, string text) =>
        double.Parse(text.Split('\n').Single(l => l.Contains($" s  {step}", StringComparison.Ordinal)).Trim().Split(' ')[0], CultureInfo.InvariantCulture);

    private static double Seconds(string text) => double.Parse(Ready().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);

    private static string Address(string text) => Made().Match(text).Groups[1].Value;

    private static string Next(string address)
    {
        var octets = IPAddress.Parse(address).GetAddressBytes();
        octets[3]++;
        return new IPAddress(octets).ToString();
    }

    [GeneratedRegex(@"\.home  (\S+)")]
    private static partial Regex Made();

    [GeneratedRegex(@"ready after ([0-9.]+) s")]
    private static partial Regex Ready();
}
