using System.Diagnostics;
using System.Net;
using System.Text.Json;
using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Names;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Lab.Probing;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab;

/// <summary>Two machines, one DNS address: real keepalived with the file that is shipped, and a laptop that knows no other DNS server.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.OnTheirOwn)]
public sealed class SharedAddressScenarios(ITestOutputHelper output)
{
    private const int EnoughAnswers = 100; // two seconds of them
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>What the household is promised. keepalived's timers make about 1.7 s of it.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(3);

    [Fact(Timeout = 600_000)]
    public async Task The_address_outlives_its_machine_and_its_DNS_server_and_goes_back_without_a_lost_query()
    {
        await using var lab = await StartAsync();
        var (first, second) = (lab.Servers[0], lab.Servers[1]);
        await second.Engine.RunBoxAsync("airplay");
        var address = ContainerNames.IPv4(await second.Engine.AddressesAsync("airplay"));
        var elsewhere = ("airplay.home", address);
        foreach (var server in (string[])[Lan.Shared4, Lan.Shared6, Lan.Server4(1)])
            await AnswersAsync(lab, server, "airplay.home", address);
        (await CheckAsync(lab, Lan.Server4(0))).Should().Contain($"shared address {Lan.Shared4}: held here").And.Contain($"shared address {Lan.Shared6}: held here");
        (await CheckAsync(lab, Lan.Server4(1))).Should().Contain($"shared address {Lan.Shared4}: not held here");
        (await MetricsAsync(first)).Should().Contain($"homecloud_dns_shared_address_held{{address=\"{Lan.Shared4}\"}} 1");
        (await MetricsAsync(second)).Should().Contain($"homecloud_dns_shared_address_held{{address=\"{Lan.Shared4}\"}} 0");

        await HostNamesDoNotMoveAsync(lab);

        await LostAsync(lab, elsewhere, "power cut of the machine that holds the address", () => HomeLab.PullPlugAsync(first), Promised);
        (await HoldsAsync(second)).Should().BeTrue();
        await NothingLostAsync(lab, elsewhere, "the machine is back, and the address with it", async () =>
        {
            await lab.PowerOnAsync(first);
            await BecomesHolderAsync(first, second);
        });
        await LostAsync(lab, elsewhere, "kill -9 of its DNS server", () => first.Dns!.EndAsync("KILL"), Limit);
        (await HoldsAsync(second)).Should().BeTrue();
        await NothingLostAsync(lab, elsewhere, "its DNS server is back, and the address with it", async () =>
        {
            await first.Dns!.StartAsync();
            await BecomesHolderAsync(first, second);
        });

        // Its containers are gone with it: a name of the machine that lives.
        await first.Engine.RunBoxAsync("steady");
        var here = ("steady.home", ContainerNames.IPv4(await first.Engine.AddressesAsync("steady")));
        await AnswersAsync(lab, Lan.Shared4, "steady.home", here.Item2);
        await NothingLostAsync(lab, here, "the other machine loses its power and comes back", async () =>
        {
            await HomeLab.PullPlugAsync(second);
            await lab.PowerOnAsync(second);
            (await HoldsAsync(first)).Should().BeTrue();
        });
    }

    [Fact(Timeout = 600_000)]
    public async Task The_doctor_sees_one_holder_none_and_two()
    {
        await using var lab = await StartAsync();
        var (first, second) = (lab.Servers[0], lab.Servers[1]);

        (await DoctorAsync(first)).Should().Match<(string Severity, string Said)>(d => d.Severity == "ok" && d.Said.Contains($"{Lan.Shared4} is held by this machine ({Lan.Server4(0)}) and answers"));
        (await DoctorAsync(second)).Should().Match<(string Severity, string Said)>(d => d.Severity == "ok" && d.Said.Contains($"{Lan.Shared4} is held by {Lan.Server4(0)} and answers"));

        // As when their messages do not reach each other.
        (await second.Machine.ShellAsync($"ip addr add {Lan.Shared4}/32 dev br0")).OrFail();
        (await DoctorAsync(first)).Should().Match<(string Severity, string Said)>(d => d.Severity == "problem" && d.Said.Contains($"{Lan.Shared4} is held by this machine ({Lan.Server4(0)}) and {Lan.Server4(1)} at once"));
        (await second.Machine.ShellAsync($"ip addr del {Lan.Shared4}/32 dev br0")).OrFail();

        await second.Dns!.EndAsync("KILL");
        (await DoctorAsync(first)).Should().Match<(string Severity, string Said)>(d => d.Severity == "warning" && d.Said.Contains($"{Lan.Server4(1)} answers no DNS query"));
        await second.Dns!.StartAsync();

        await Task.WhenAll(first.Keepalived!.EndAsync(), second.Keepalived!.EndAsync());
        (await DoctorAsync(first)).Should().Match<(string Severity, string Said)>(d => d.Severity == "problem" && d.Said.Contains($"no machine holds {Lan.Shared4}"));
    }

    /// <summary>The kernel lists the shared IPv6 address before the machine's own; a name of this machine must not go along with it.</summary>
    private static async Task HostNamesDoNotMoveAsync(HomeLab lab)
    {
        var first = lab.Server;
        await first.Agent.EndAsync();
        await first.Agent.StartAsync();
        await first.Engine.DockerAsync(["run", "--detach", "--name", "hosted", "--network", "host", BoxImage.Name, "sleep", "1000"]);
        using var stub = StubResolver.OnLaptop(lab, Lan.Shared6);
        (await Poll.UntilAsync(() => stub.Ask("hosted.home").Is(IPAddress.Parse(Lan.Server4(0))), Limit)).Should().BeTrue();
        stub.Ask("hosted.home", RecordKind.Aaaa).Is(IPAddress.Parse(Lan.Server6(0))).Should().BeTrue($"not the shared address: {stub.Ask("hosted.home", RecordKind.Aaaa)}");
        await first.Engine.DockerAsync(["rm", "--force", "hosted"]);
    }

    private static Task<HomeLab> StartAsync() =>
        HomeLab.StartAsync(new LabOptions { Shape = LabShape.Redis, Servers = 2, SharedAddress = true }, SilentProgress.Instance, CancellationToken.None);

    private async Task LostAsync(HomeLab lab, (string Name, IPAddress Address) right, string what, Func<Task> fault, TimeSpan promised)
    {
        using var prober = await AskingAsync(lab, right);
        var moment = Stopwatch.GetTimestamp();
        await fault();
        (await Poll.UntilAsync(() => prober.AnsweredSince(moment) > EnoughAnswers, Limit)).Should().BeTrue($"{what}: the other machine answers");
        var lost = prober.Stop();
        var gap = prober.GapSince(moment);
        output.WriteLine($"measured: {what}: answered again after {gap.TotalMilliseconds:0} ms, {lost} of {prober.Asked} questions lost");
        gap.Should().BeLessThan(promised, what);
    }

    private async Task NothingLostAsync(HomeLab lab, (string Name, IPAddress Address) right, string what, Func<Task> change)
    {
        using var prober = await AskingAsync(lab, right);
        await change();
        var moment = Stopwatch.GetTimestamp();
        (await Poll.UntilAsync(() => prober.AnsweredSince(moment) > EnoughAnswers, Limit)).Should().BeTrue(what);
        var lost = prober.Stop();
        output.WriteLine($"measured: {what}: {lost} of {prober.Asked} questions lost");
        lost.Should().Be(0, what);
    }

    private static async Task<SharedAddressProber> AskingAsync(HomeLab lab, (string Name, IPAddress Address) right)
    {
        var prober = new SharedAddressProber(lab, Lan.Shared4, right.Name, right.Address);
        (await Poll.UntilAsync(() => prober.AnsweredSince(0) > EnoughAnswers, Limit)).Should().BeTrue();
        return prober;
    }

    private static async Task BecomesHolderAsync(LabServer holder, LabServer other) =>
        (await Poll.UntilAsync(async () => await HoldsAsync(holder) && !await HoldsAsync(other), Limit)).Should().BeTrue($"{holder.Machine.Name} has the higher priority\n{holder.Keepalived!.LogTail(40)}");

    private static async Task<bool> HoldsAsync(LabServer server) =>
        (await server.Machine.RunAsync(["ip", "-o", "addr", "show", "dev", "br0"])).OrFail().Output is var addresses
        && addresses.Contains($" {Lan.Shared4}/", StringComparison.Ordinal)
        && addresses.Contains($" {Lan.Shared6}/", StringComparison.Ordinal);

    private static async Task AnswersAsync(HomeLab lab, string server, string name, IPAddress right)
    {
        using var stub = StubResolver.OnLaptop(lab, server);
        (await Poll.UntilAsync(() => stub.Ask(name).Is(right), Limit)).Should().BeTrue($"{name} at {server} is {stub.Ask(name)}");
    }

    private static async Task<string> CheckAsync(HomeLab lab, string server) =>
        (await lab.Laptop.RunAsync(["dig", "+short", "@" + server, "check.home", "TXT"])).OrFail().Output;

    private static async Task<string> MetricsAsync(LabServer server) =>
        (await server.Machine.RunAsync(["curl", "-s", "http://127.0.0.1:9153/metrics"])).OrFail().Output;

    private static async Task<(string Severity, string Said)> DoctorAsync(LabServer server)
    {
        string[] command =
        [
            Executables.Agent, "doctor", "--json", "--only", "shared-address", "--dns", Lan.Server4(server.Index),
            "--shared-address", Lan.Shared4, "--shared-address", Lan.Shared6, "--peer-dns", Lan.Server4(1 - server.Index),
        ];
        var result = await server.Machine.RunAsync(command, timeout: TimeSpan.FromMinutes(1));
        using var report = JsonDocument.Parse(result.Output);
        var check = report.RootElement.GetProperty("checks")[0];
        return (check.GetProperty("severity").GetString()!, string.Join('\n', check.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("message").GetString())));
    }
}
