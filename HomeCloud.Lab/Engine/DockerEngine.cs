using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Net.Machine;

namespace HomeCloud.Lab.Engine;

/// <summary>A real container engine on a server of the lab: Docker, or Podman behind Docker's API.</summary>
public sealed class DockerEngine
{
    /// <summary>On the server, docker and docker-compose are the engine's own. Argument: their folder.</summary>
    private const string OwnTools = """
        for program in docker docker-compose; do
            installed=$(command -v "$program") || continue
            mountpoint -q "$installed" || mount --bind "$1/$program" "$installed"
        done
        """;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly int _index;
    private readonly int _servers;
    private readonly string _lab;
    private readonly string _socket;
    private readonly LabPaths _paths;

    internal DockerEngine(LabOptions lab, Machine server, int index)
    {
        _lab = lab.Id;
        _paths = new LabPaths(lab.Id);
        _index = index;
        _servers = lab.Servers;
        _socket = _paths.DockerSocket(server.Name);
        Choice = EngineChoice.Find(lab.Engine);
        Docker = EngineProgram.Docker(Choice, _paths);
        Server = server;
        Daemon = new(server, Choice.Program, EngineProgram.Daemon(Choice, lab.Id, server.Name));
    }

    public EngineChoice Choice { get; private set; }

    public Machine Server { get; }

    public Daemon Daemon { get; private set; }

    /// <summary>The docker command that fits the engine.</summary>
    public string Docker { get; private set; }

    /// <summary>The docker-compose command of its time.</summary>
    public string Compose => Choice.Suite is null ? "docker-compose" : Path.Combine(_paths.Tools, "docker-compose");

    /// <summary>For <c>DOCKER_HOST</c>; reachable from outside the lab too.</summary>
    public string Endpoint => "unix://" + _socket;

    /// <summary>What the engine calls itself, such as <c>28.5.2</c>; null before it was ready for the first time.</summary>
    public string? Version => File.Exists(VersionPath) ? File.ReadAllText(VersionPath) : null;

    private string VersionPath => Path.Combine(Server.State, "engine.version");

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await Server.ShellAsync("rm -f /run/homecloud/docker.sock /run/docker.pid /var/run/docker.pid", cancellationToken: cancellationToken);
        if (Choice.Suite is not null)
            (await Server.ShellAsync(OwnTools, [_paths.Tools], cancellationToken)).OrFail();
        await Daemon.StartAsync(cancellationToken);
    }

    /// <summary>Another engine on the same socket and data, as an update of the machine's packages brings it.</summary>
    public async Task BecomeAsync(EngineChoice choice, CancellationToken cancellationToken = default)
    {
        if (choice.Suite is { } suite)
            await new EngineTree(suite).EnsureAsync(SilentProgress.Instance, cancellationToken);
        await Daemon.EndAsync();
        File.Delete(VersionPath);
        await EngineProgram.PrepareAsync(choice, _paths, cancellationToken);
        Choice = choice;
        Docker = EngineProgram.Docker(choice, _paths);
        Daemon = new(Server, choice.Program, EngineProgram.Daemon(choice, _lab, Server.Name));
        await StartAsync(cancellationToken);
        await ReadyAsync(cancellationToken);
    }

    public async Task ReadyAsync(CancellationToken cancellationToken = default)
    {
        await Daemon.ReadyAsync(PingAsync, StartLimit, cancellationToken);
        if (Version is null)
            await File.WriteAllTextAsync(VersionPath, await DockerAsync(["version", "--format", "{{.Server.Version}}"], cancellationToken), cancellationToken);
    }

    /// <summary>Imports the image and makes the network on the LAN.</summary>
    public async Task FurnishAsync(string image, bool withNetwork, CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            DockerAsync(["import", "--change", "CMD [\"/bin/serve\"]", .. BoxImage.Ports.SelectMany(port => (string[])["--change", $"EXPOSE {port}"]), "--change", "ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin", image, BoxImage.Name], cancellationToken),
            !withNetwork ? Task.CompletedTask : DockerAsync(
                [
                    "network", "create", "--driver", "macvlan", "--opt", "parent=lan0",
                    "--subnet", Lan.Prefix4, "--gateway", Lan.Router4, "--ip-range", Lan.Containers4(_index, _servers),
                    "--ipv6", "--subnet", Lan.Prefix6, "--gateway", Lan.Router6, "--ip-range", Lan.Containers6(_index),
                    Lan.DockerNetwork,
                ],
                cancellationToken));
        await SshBoxImage.BuildAsync(Docker, Endpoint, cancellationToken);

        // The keys that boxes let in: a user who may log in to the lab's containers may log in to these.
        (await Server.ShellAsync(
            "mkdir -p /var/lib/homecloud && cp \"$1\" /var/lib/homecloud/authorized_keys && chmod 600 /var/lib/homecloud/authorized_keys",
            [BoxImage.KeyPath + ".pub"],
            cancellationToken)).OrFail();
    }

    /// <summary>Runs the docker command against this engine.</summary>
    /// <exception cref="LabException">It failed.</exception>
    public async Task<string> DockerAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await Command.RunAsync([Docker, "--host", Endpoint, .. arguments], cancellationToken: cancellationToken)).OrFail().Output.Trim();
        }
        catch (LabException late) when (late.TimedOut && !Choice.IsPodman)
        {
            // An engine that hangs does so once in hundreds of runs: what it says now is all there will be to find the reason by.
            throw new LabException($"{late.Message}\nThe end of its log:\n{Daemon.LogTail()}\nWhat it waits for:\n{await StuckAsync()}", late);
        }
    }

    /// <summary>A container of the lab's image on the LAN, started.</summary>
    public Task<string> RunBoxAsync(string name, params IReadOnlyList<string> options) =>
        DockerAsync(["run", "--detach", .. OnTheLan(name), .. options, BoxImage.Name]);

    /// <summary>The same, not started.</summary>
    public Task<string> CreateBoxAsync(string name, params IReadOnlyList<string> options) =>
        DockerAsync(["create", .. OnTheLan(name), .. options, BoxImage.Name]);

    /// <summary>
    /// Waits for no health check: Docker runs them by itself, Podman by timers of systemd, which the lab's machines lack, so
    /// that a check is run here in their place.
    /// </summary>
    public async Task CheckHealthAsync(string container)
    {
        if (!Choice.IsPodman)
            return;
        // A check that fails ends with 1, which is a result, not an error.
        var check = await Server.RunAsync([.. EngineProgram.PodmanCommand(Choice, _paths, Server.Name, Daemon.Pid()), "healthcheck", "run", container]);
        if (check.ExitCode is not (0 or 1))
            check.OrFail();
    }

    /// <summary>Removes every container.</summary>
    public async Task RemoveAllAsync()
    {
        for (var attempt = 0; await IdsAsync() is { Length: > 0 } left; attempt++)
        {
            try
            {
                await DockerAsync(["rm", "--force", .. left]);
            }
            catch (LabException) when (Choice.IsPodman && attempt < 3)
            {
                // Podman refuses to remove a container before those that use its network; they are gone by the next turn.
            }
        }
    }

    /// <summary>What <c>docker inspect</c> says of every container.</summary>
    public async Task<IReadOnlyList<InspectedContainer>> InspectAsync()
    {
        var ids = await IdsAsync();
        if (ids.Length == 0)
            return [];
        using var inspected = JsonDocument.Parse(await DockerAsync(["inspect", .. ids]));
        return
        [
            .. inspected.RootElement.EnumerateArray().Select(c => new InspectedContainer(
                c.GetProperty("Name").GetString()!.TrimStart('/'),
                c.GetProperty("State").GetProperty("Running").GetBoolean(),
                [.. Addresses(c)])),
        ];
    }

    /// <summary>The addresses of every running container on the LAN, by container name.</summary>
    public async Task<IReadOnlyDictionary<string, IPAddress[]>> AddressesAsync() =>
        (await InspectAsync()).Where(c => c.Running).ToDictionary(c => c.Name, c => c.Addresses.ToArray());

    public async Task<IPAddress[]> AddressesAsync(string container)
    {
        using var inspected = JsonDocument.Parse(await DockerAsync(["inspect", container]));
        return Addresses(inspected.RootElement[0]);
    }

    private async Task<string[]> IdsAsync() =>
        (await DockerAsync(["ps", "--all", "--quiet", "--no-trunc"])).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Goroutines of dockerd that have waited for a lock or another goroutine for a minute or more: SIGUSR1 makes it write all of them to a file.</summary>
    private async Task<string> StuckAsync()
    {
        const string Dump = """
            rm -f /run/docker/goroutine-stacks-*
            kill -USR1 "$1" || exit 0
            for i in $(seq 50); do sleep 0.1; set -- /run/docker/goroutine-stacks-*; [ -s "$1" ] && break; done
            awk 'BEGIN { RS = ""; FS = "\n" } /^goroutine [0-9]+ \[[^]]*minutes/ && /docker\/daemon|libnetwork|libcontainerd/ { for (i = 1; i <= NF && i <= 9; i += i > 1 ? 2 : 1) print $i; print "" }' "$1" | head -200
            """;
        return (await Server.ShellAsync(Dump, [Daemon.Pid().ToString(CultureInfo.InvariantCulture)])).Text;
    }

    /// <summary>Its name and version.</summary>
    public override string ToString() => $"{Choice.Name} ({(Choice.IsPodman ? "Podman" : "Docker")} {Version ?? "not up yet"})";

    private static string[] OnTheLan(string name) => ["--name", name, "--hostname", name, "--network", Lan.DockerNetwork];

    private static IPAddress[] Addresses(JsonElement container) =>
        container.GetProperty("NetworkSettings").GetProperty("Networks").TryGetProperty(Lan.DockerNetwork, out var lan)
            ? [.. ((string[])["IPAddress", "GlobalIPv6Address"]).Select(p => lan.GetProperty(p).GetString()).Where(a => !string.IsNullOrEmpty(a)).Select(a => IPAddress.Parse(a!))]
            : [];

    private async Task<bool> PingAsync()
    {
        try
        {
            using var handler = new SocketsHttpHandler
            {
                ConnectCallback = (_, token) => UnixSocket.ConnectAsync(_socket, token),
            };
            using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(2) };
            return (await http.GetAsync(new Uri("http://docker/_ping"))).IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}

/// <param name="Name">As <c>docker ps</c> shows it.</param>
/// <param name="Running">Whether its process lives.</param>
/// <param name="Addresses">Its addresses on the LAN; none when it is stopped or disconnected.</param>
public sealed record InspectedContainer(string Name, bool Running, ImmutableArray<IPAddress> Addresses);
