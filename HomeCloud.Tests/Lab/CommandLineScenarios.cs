using System.Text.Json;
using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Lab;

/// <summary>The command line on the laptop, with a token over http://cloud.home: everything it can ask for, seen in DNS and in the engine.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class CommandLineScenarios(EmbeddedLab fixture)
{
    private const string Fixed = "192.168.1.200";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);
    private readonly HomeLab _lab = fixture.Lab;
    private string _token = "";

    [Fact(Timeout = 240_000)]
    public async Task From_the_laptop_with_a_token_a_server_is_made_as_asked_renamed_stopped_and_removed()
    {
        _token = (await _lab.Server.Machine.RunAsync([Executables.Cli, "token", "add", "laptop"])).OrFail().Output.Trim();
        try
        {
            var made = JsonDocument.Parse((await LaptopAsync(
                "create", "deck", "--image", BoxImage.Name, "--alias", "radio", "--wildcard", "--address", Fixed, "--memory", "64m", "--cpus", "0.5", "--env", "MOOD=calm", "--for", "2h", "--json")).OrFail().Output);
            made.RootElement.GetProperty("state").GetString().Should().Be("succeeded");
            (await _lab.Server.Engine.DockerAsync(["inspect", "--format", "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.Privileged}} {{json .Config.Env}}", "deck"]))
                .Should().StartWith("67108864 500000000 unless-stopped false").And.Contain("MOOD=calm");
            foreach (var name in new[] { "deck.home", "radio.home", "any.deck.home" })
                await ResolvesAsync(name, Fixed);

            (await ShownAsync("deck")).GetProperty("expiresAt").GetDateTimeOffset().Should().BeCloseTo(DateTimeOffset.UtcNow.AddHours(2), TimeSpan.FromMinutes(3));
            (await LaptopAsync("open", "deck")).OrFail().Output.Trim().Should().Be("http://deck.home/");
            (await LaptopAsync("logs", "deck")).OrFail().Text.Should().Contain("Not backgrounding");
            (await LaptopAsync("create", "deck", "--image", BoxImage.Name)).ExitCode.Should().Be(4, "the name is taken");

            (await LaptopAsync("rename", "deck", "cabin")).OrFail();
            await ResolvesAsync("cabin.home", Fixed);
            await ResolvesAsync("deck.home", "");
            (await LaptopAsync("stop", "cabin")).OrFail();
            (await ShownAsync("cabin")).GetProperty("state").GetString().Should().Be("stopped");
            (await LaptopAsync("start", "cabin")).OrFail();
            var history = (await LaptopAsync("show", "cabin")).OrFail().Output;
            history.Should().Contain("renamed").And.Contain("stopped").And.Contain("by token laptop");

            (await LaptopAsync("name", "add", "nas", "192.168.1.20")).OrFail();
            await ResolvesAsync("nas.home", "192.168.1.20");
            (await LaptopAsync("create", "nas", "--image", BoxImage.Name)).Should().Match<CommandResult>(r => r.ExitCode == 4 && r.Error.Contains("static name"));
            (await LaptopAsync("name", "rm", "nas")).OrFail();
            (await LaptopAsync("rm", "cabin", "--yes", "--volumes", "--json")).OrFail().Output.Should().Contain("\"removed\":true");
            await ResolvesAsync("cabin.home", "");
        }
        finally
        {
            await LaptopAsync("rm", "--yes", "--volumes", "deck");
            await LaptopAsync("rm", "--yes", "--volumes", "cabin");
            await LaptopAsync("name", "rm", "nas");
            await LaptopAsync("token", "rm", "laptop");
        }

        (await LaptopAsync("ls")).ExitCode.Should().Be(5, "the token was revoked");
    }

    [Fact(Timeout = 120_000)]
    public async Task What_happens_is_seen_by_whoever_watches_and_logs_are_followed()
    {
        _token = (await _lab.Server.Machine.RunAsync([Executables.Cli, "token", "add", "watcher"])).OrFail().Output.Trim();
        try
        {
            var watching = ForAWhileAsync("ls", "--watch", "--json");
            (await LaptopAsync("create", "stage", "--image", BoxImage.Name)).OrFail();
            var following = ForAWhileAsync("logs", "stage", "--follow");
            (await watching).Output.Should().Contain("\"type\":\"servers\"").And.Contain("\"type\":\"server\"").And.Contain("\"name\":\"stage\"").And.Contain("\"type\":\"usage\"");
            (await following).Text.Should().Contain("Not backgrounding");
        }
        finally
        {
            await LaptopAsync("rm", "--yes", "--volumes", "stage");
            await LaptopAsync("token", "rm", "watcher");
        }
    }

    private async Task<JsonElement> ShownAsync(string name) => JsonDocument.Parse((await LaptopAsync("show", name, "--json")).OrFail().Output).RootElement;

    private async Task ResolvesAsync(string name, string address)
    {
        var answer = "";
        var inTime = await Poll.UntilAsync(
            async () => (answer = (await _lab.Laptop.RunAsync(["dig", "+short", name])).Output.Trim()) == address, Soon);
        inTime.Should().BeTrue($"{name} should be '{address}' and is '{answer}'");
    }

    private Task<CommandResult> LaptopAsync(params string[] arguments) => RunAsync(_lab.Laptop, [Executables.Cli, .. arguments]);

    private Task<CommandResult> ForAWhileAsync(params string[] arguments) => RunAsync(_lab.Laptop, ["timeout", "--signal=INT", "12", Executables.Cli, .. arguments]);

    private Task<CommandResult> RunAsync(Machine machine, string[] command) =>
        machine.RunAsync(["env", "HOMECLOUD_URL=http://cloud.home", $"HOMECLOUD_TOKEN={_token}", .. command], timeout: Patience);
}
