using System.Diagnostics;
using HomeCloud.Lab;
using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Lab.Install;

/// <summary>A folder with the compose files on one server, and docker-compose run in it.</summary>
public sealed class ComposeProject(LabServer server, string folder, IReadOnlyList<string> settings)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan HealthLimit = TimeSpan.FromMinutes(3);

    public string Folder => folder;

    public LabServer Server => server;

    /// <summary>HOMECLOUD_DNS_ADDRESS of .env.</summary>
    public string DnsAddress => Setting("HOMECLOUD_DNS_ADDRESS");

    private string Settings => Path.Combine(folder, ".env");

    public string Setting(string name) =>
        File.ReadAllLines(Settings).Single(line => line.StartsWith(name + "=", StringComparison.Ordinal)).Split('=', 2)[1];

    /// <summary>Adds lines to .env.</summary>
    public Task SetAsync(params string[] lines) => File.AppendAllLinesAsync(Settings, lines);

    /// <summary>Copies settings from another machine's .env.</summary>
    public Task CopySettingsAsync(ComposeProject from, params string[] names)
    {
        var kept = File.ReadAllLines(Settings).Where(line => !names.Contains(line.Split('=')[0]));
        return File.WriteAllLinesAsync(Settings, [.. kept, .. names.Select(name => $"{name}={from.Setting(name)}")]);
    }

    /// <summary>The first step of docs/install.md: a container looks at the LAN, makes the network and writes .env.</summary>
    public async Task MakeNetworkAsync(params string[] options)
    {
        await File.WriteAllLinesAsync(Settings, settings);
        // "y" is what a person answers when it has explained what it would make; -T because no terminal is here to answer on.
        var command = Documents.Command("docs/install.md", "docker compose -f compose.network.yaml run --rm network").Replace(" run ", " run -T ", StringComparison.Ordinal);
        var made = await TypeAsync(string.Join(' ', [command, .. options]), input: "y\n");
        made.Text.Should().Contain("Created the network 'lan'").And.Contain("Wrote /here/.env");
    }

    /// <summary>Does what a document says, word by word; Debian 12 has docker-compose for docker compose.</summary>
    public Task<CommandResult> FollowAsync(string document, string command) => TypeAsync(Documents.Command(document, command));

    /// <summary>Types a command in the folder.</summary>
    public async Task<CommandResult> TypeAsync(string command, string? input = null) =>
        (await InFolderAsync(["bash", "-c", command.Replace("docker compose", "docker-compose", StringComparison.Ordinal)], input)).OrFail();

    /// <summary>Runs docker-compose in the folder.</summary>
    /// <param name="files">One file, or several with commas.</param>
    /// <param name="arguments">What to do.</param>
    public async Task<string> ComposeAsync(string files, params string[] arguments)
    {
        // Its question for a setting that is missing must not stop a build, which needs none of them.
        if (!File.Exists(Settings))
            await File.WriteAllLinesAsync(Settings, [.. settings, "REDIS_PASSWORD=x", "HOMECLOUD_DNS_ADDRESS=x", "HOMECLOUD_WEB_ADDRESS=x", "DOCKER_GID=0"]);
        return (await InFolderAsync(["docker-compose", .. files.Split(',').SelectMany(file => new[] { "-f", file }), .. arguments])).OrFail().Text;
    }

    /// <summary>Types a command of homecloud in the agent's container, whether it succeeds or not.</summary>
    public Task<CommandResult> HomecloudAsync(params string[] arguments) => InFolderAsync(["docker-compose", "exec", "-T", "agent", "homecloud", .. arguments]);

    public async Task<string> ContainerAsync(string files, string service) =>
        (await InFolderAsync(["docker-compose", .. files.Split(',').SelectMany(file => new[] { "-f", file }), "ps", "-q", service])).OrFail().Output.Trim();

    /// <summary>Waits until the health checks of all these services pass.</summary>
    public async Task HealthyAsync(string files, params string[] services)
    {
        foreach (var service in services)
        {
            var id = await ContainerAsync(files, service);
            if (!await Poll.UntilAsync(async () => await server.Engine.DockerAsync(["inspect", "-f", "{{.State.Health.Status}}", id]) == "healthy", HealthLimit))
                Assert.Fail($"{service} is not healthy:\n{await server.Engine.DockerAsync(["inspect", "-f", "{{json .State.Health}}", id])}\n{await ComposeAsync(files, "logs", "--tail=40", service)}");
        }
    }

    /// <summary>As a crash would: the engine does not count it as a wish of ours, and restarts the service.</summary>
    /// <returns>When it was killed, as <see cref="Stopwatch.GetTimestamp"/>.</returns>
    public async Task<long> KillAsync(string files, string service)
    {
        var id = await ContainerAsync(files, service);
        var pid = await server.Engine.DockerAsync(["inspect", "-f", "{{.State.Pid}}", id]);
        var killed = Stopwatch.GetTimestamp();
        (await server.Machine.RunAsync(["kill", "-9", pid])).OrFail();
        async Task<bool> RestartedAsync() =>
            await server.Engine.DockerAsync(["inspect", "-f", "{{.State.Running}} {{.State.Pid}}", id]) is var now
            && now.StartsWith("true", StringComparison.Ordinal)
            && !now.EndsWith(" " + pid, StringComparison.Ordinal);
        (await Poll.UntilAsync(RestartedAsync, TimeSpan.FromMinutes(1))).Should().BeTrue($"{service} should be restarted by the engine");
        return killed;
    }

    private Task<CommandResult> InFolderAsync(IReadOnlyList<string> command, string? input = null) =>
        server.Machine.RunAsync(["env", "-C", folder, .. command], input, Limit);
}
