using System.Net;
using System.Text.Json;
using HomeCloud.Lab;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Lab.Probing;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Hostile;

/// <summary>
/// Two hundred containers whose names, labels, images, networks, health texts, logs and ends are hostile or clumsy, on a
/// real engine: none of them costs anybody but itself.
/// </summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class HostileContainerScenarios(EmbeddedLab fixture, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Seed = 20261129;
    private const int Count = 200;
    private static readonly string[] Unowned = ["wpad", "isatap", "localhost", "ns1"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly HomeLab _lab = fixture.Lab;

    public async Task InitializeAsync()
    {
        await _lab.RemoveContainersAsync();
        await HostileImage.BuildAsync(_lab.Server.Engine);
    }

    public Task DisposeAsync() => _lab.RemoveContainersAsync();

    [Fact(Timeout = 400_000)]
    public async Task Two_hundred_hostile_containers_cost_nobody_but_themselves()
    {
        var engine = _lab.Server.Engine;
        await engine.RunBoxAsync("steady");
        using var names = new ContainerNames(_lab);
        await names.EqualDockerInspectAsync();
        var steady = ContainerNames.IPv4(await engine.AddressesAsync("steady"));
        using var prober = new Prober(_lab, ("steady.home", answer => answer.Is(steady)));

        var all = HostileContainer.Generate(Seed, Count);
        var made = await MakeAsync(all);
        output.WriteLine($"measured: {made.Count} hostile containers of {Count} created by the engine, the rest refused by it (seed {Seed})");
        made.Count.Should().BeGreaterThan(Count * 9 / 10);

        // One that comes after them all has its name and its address.
        await engine.RunBoxAsync("after");
        await names.BecomesAsync("after", ContainerNames.IPv4(await engine.AddressesAsync("after")));

        await ShownAsync(made);
        await ServedAsync();
        await NothingRunsAsync(made);
        (await engine.DockerAsync(["ps", "--all", "--format", "{{.Names}}"])).Split('\n').Should().Contain(made, "no label of an image ends a container");
        prober.Stop().Should().BeEmpty("the others' names stay right throughout");
    }

    private async Task<IReadOnlyList<string>> MakeAsync(IReadOnlyList<HostileContainer> containers)
    {
        var made = new List<string>();
        var refused = new List<string>();
        await Parallel.ForEachAsync(containers, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (container, cancel) =>
        {
            try
            {
                await _lab.Server.Engine.DockerAsync(["create", "--name", container.Name, .. container.Arguments], cancel);
                lock (made)
                    made.Add(container.Name);
                if (container.Started)
                    await _lab.Server.Engine.DockerAsync(["start", container.Name], cancel);
            }
            catch (LabException error)
            {
                lock (refused)
                    refused.Add(error.Message.Split('\n')[^1]);
            }
        });
        foreach (var reason in refused.Distinct().Take(5))
            output.WriteLine("refused by the engine: " + reason);
        return made;
    }

    /// <summary>The API, the command line and the page show every container, and no control character reaches a terminal.</summary>
    private async Task ShownAsync(IReadOnlyList<string> made)
    {
        IReadOnlyList<string> shown = [];
        (await Poll.UntilAsync(async () => made.Except(shown = await ShownNamesAsync()).Any() is false, Patience)).Should().BeTrue("all are shown; missing are {0}", string.Join(' ', made.Except(shown)));

        foreach (var command in (string[][])[["ls"], ["ls", "--all"], ["status"], .. shown.Take(25).Select(name => (string[])["show", name]), .. shown.Take(5).Select(name => (string[])["logs", name, "--tail", "5"])])
        {
            var result = await _lab.Server.Machine.RunAsync([Executables.Cli, .. command], timeout: Patience);
            var text = command[0] == "logs" ? result.Error : result.Text;
            text.Should().NotContainAny("\u001b", "\u0007", "\u0008", "\u202e");
        }

        foreach (var path in (string[])["/", "/dns", "/health", "/servers/steady"])
        {
            (await _lab.Server.Machine.RunAsync(["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--unix-socket", "/run/homecloud/agent.sock", "http://localhost" + path], timeout: Patience)).OrFail()
                .Output.Should().NotStartWith("5");
        }
    }

    private async Task<IReadOnlyList<string>> ShownNamesAsync()
    {
        using var servers = JsonDocument.Parse(await GetAsync("/api/v1/servers"));
        return [.. servers.RootElement.EnumerateArray().Select(server => server.GetProperty("name").GetString()!)];
    }

    /// <summary>Nothing answers that no container on the LAN has, and reserved names belong to nobody.</summary>
    private async Task ServedAsync()
    {
        var real = (await _lab.Server.Engine.AddressesAsync()).Values.SelectMany(addresses => addresses).ToHashSet();
        real.UnionWith([IPAddress.Parse(Lan.Server4(0)), IPAddress.Parse(Lan.Server6(0))]);
        IReadOnlyList<string> strange = [];
        (await Poll.UntilAsync(async () => (strange = await StrangeAsync(real)).Count == 0, Patience)).Should().BeTrue("these are nobody's: {0}", string.Join("; ", strange.Take(5)));

        using var stub = StubResolver.OnLaptop(_lab, Lan.Server4(0));
        foreach (var name in Unowned)
            stub.Ask(name + ".home").Addresses.Should().BeEmpty("{0}.home is reserved", name);
        stub.Ask("cloud.home").Is(IPAddress.Parse(Lan.Server4(0))).Should().BeTrue("cloud.home is the page");
    }

    private async Task<IReadOnlyList<string>> StrangeAsync(HashSet<IPAddress> real) =>
    [
        .. (await _lab.Server.Machine.RunAsync(["dig", "@127.0.0.1", "axfr", "home", "+noall", "+answer"], timeout: Patience)).OrFail().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields is [_, _, _, "A" or "AAAA", var address] && !real.Contains(IPAddress.Parse(address)))
            .Select(fields => string.Join(' ', fields)),
    ];

    /// <summary>Neither looking at them nor asking for a shell in them runs anything that they say.</summary>
    private async Task NothingRunsAsync(IReadOnlyList<string> made)
    {
        foreach (var name in made.Take(40))
            await _lab.Server.Machine.RunAsync(["timeout", "10", Executables.Cli, "ssh", name, "--", "true"], timeout: Patience);
        foreach (var machine in (HomeCloud.Lab.Machines.Machine[])[_lab.Server.Machine, _lab.Laptop])
            (await machine.RunAsync(["test", "-e", HostileContainer.Trace])).Succeeded.Should().BeFalse("no text of a container is a command");
    }

    private async Task<string> GetAsync(string path) =>
        (await _lab.Server.Machine.RunAsync(["curl", "--silent", "--fail", "--unix-socket", "/run/homecloud/agent.sock", "http://localhost" + path], timeout: Patience)).OrFail().Output;
}
