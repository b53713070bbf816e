using System.Diagnostics;
using System.Text.Json;
using HomeCloud.Lab;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Lab;

/// <summary>Labs come and go without a trace and without meeting each other.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.OnTheirOwn)]
public sealed class LabLifetimeScenarios
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    [Theory(Timeout = 120_000)]
    [InlineData("INT", 0)]
    [InlineData("INT", 2)]
    [InlineData("INT", 4)]
    [InlineData("KILL", 0)]
    [InlineData("KILL", 2)]
    [InlineData("KILL", 3)]
    [InlineData("KILL", 4)]
    public async Task An_interrupted_lab_leaves_nothing_behind(string signal, int lines)
    {
        var id = $"cut-{signal.ToLowerInvariant()}-{lines}";
        var before = Traces(id);

        // Interrupted in the middle of the step after so many finished ones.
        using var lab = Process.Start(new ProcessStartInfo(Executables.Cli, ["lab", "--check", "--name", id]) { RedirectStandardOutput = true })!;
        for (var i = 0; i < lines; i++)
            await lab.StandardOutput.ReadLineAsync();
        (await Poll.UntilAsync(() => ProcessTable.FindInit(id, "lab") is not null, EndLimit)).Should().BeTrue();
        await Command.RunAsync(["kill", "-" + signal, $"{lab.Id}"]);
        await lab.WaitForExitAsync();

        (await Poll.UntilAsync(() => Traces(id).SequenceEqual(before), EndLimit)).Should().BeTrue(string.Join('\n', Traces(id).Except(before)));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_killed_keeper_leaves_is_removed_by_the_next_one()
    {
        await using (var lab = await StartAsync("no-keeper"))
        {
            var keeper = ProcessTable.Marked().Single(p => p.Lab == "no-keeper" && p.Role == "keeper");
            await Command.RunAsync(["kill", "-KILL", $"{keeper.Pid}"]);
        }

        (await Poll.UntilAsync(() => ProcessTable.Marked().All(p => p.Lab != "no-keeper"), EndLimit)).Should().BeTrue();
        LabRemains.Dead().Should().Contain("no-keeper");
        await LabRemains.SweepAsync();
        Traces("no-keeper").Should().BeEmpty();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_paused_server_does_not_outlive_its_lab()
    {
        await using (var lab = await StartAsync("ice"))
        {
            await lab.Server.Engine.RunBoxAsync("frozen");
            await lab.Server.Engine.DockerAsync(["pause", "frozen"]);
        }

        Traces("ice").Should().BeEmpty();
    }

    [Fact(Timeout = 180_000)]
    public async Task Two_labs_at_once_do_not_meet()
    {
        var labs = await Task.WhenAll(StartAsync("left"), StartAsync("right"));
        await using var left = labs[0];
        await using var right = labs[1];
        await left.Server.Engine.RunBoxAsync("only-left");
        await right.Server.Engine.RunBoxAsync("only-right");

        using var inLeft = new ContainerNames(left);
        using var inRight = new ContainerNames(right);
        await inLeft.EqualDockerInspectAsync(gone: ["only-right"]);
        await inRight.EqualDockerInspectAsync(gone: ["only-left"]);
        (await left.Laptop.RunAsync(["curl", "--silent", "http://only-left.home:8080/"])).Output.Trim().Should().Be("Hello from only-left");

        var listed = JsonDocument.Parse((await Command.RunAsync([Executables.Cli, "lab", "ls", "--json"])).OrFail().Output).RootElement.EnumerateArray().ToList();
        foreach (var lab in labs)
        {
            var id = lab.Options.Id;
            var shown = listed.Should().ContainSingle(l => l.GetProperty("name").GetString() == id).Subject;
            shown.GetProperty("state").GetString().Should().Be("up");
            shown.GetProperty("machines").EnumerateArray().Select(m => m.GetProperty("name").GetString()).Should().Contain("laptop");
            var variables = JsonDocument.Parse((await Command.RunAsync([Executables.Cli, "lab", "env", "--name", id, "--json"])).OrFail().Output).RootElement;
            variables.GetProperty("DOCKER_HOST").GetString().Should().Be(lab.Server.Engine.Endpoint);
        }
    }

    private static Task<HomeLab> StartAsync(string id) =>
        HomeLab.StartAsync(new() { Id = id }, SilentProgress.Instance, CancellationToken.None);

    /// <summary>All that a lab could leave on this machine.</summary>
    private static IReadOnlyList<string> Traces(string id) =>
    [
        .. ProcessTable.Marked().Where(p => p.Lab == id).Select(p => p.ToString()),
        .. File.ReadLines("/proc/mounts").Where(l => l.Contains($"/{id}/", StringComparison.Ordinal) || l.Contains($"homecloud-lab-{id}", StringComparison.Ordinal)),
        .. LabRemains.Dead().Where(d => d == id),
        .. Directory.EnumerateDirectories("/sys/class/net").Where(d => Path.GetFileName(d).StartsWith("to-", StringComparison.Ordinal)),
        .. Directory.Exists("/run/netns") ? Directory.EnumerateFiles("/run/netns") : [],
    ];
}
