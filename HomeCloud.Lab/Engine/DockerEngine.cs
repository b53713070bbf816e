using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Lab.Engine;

/// <summary>A real Docker engine on a server of the lab.</summary>
public sealed class DockerEngine
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly int _index;
    private readonly int _servers;
    private readonly string _socket;

    internal DockerEngine(string lab, Machine server, int index, int servers)
    {
        var paths = new LabPaths(lab);
        _index = index;
        _servers = servers;
        _socket = paths.DockerSocket(server.Name);
        Server = server;
        Daemon = new(server, "dockerd",
        [
            "dockerd",
            "--data-root", Path.Combine(paths.Disk, server.Name, "docker"),
            "--host", "unix://" + _socket,
            // The lab's network is macvlan; no bridge, so no firewall rules either.
            "--bridge=none", "--iptables=false", "--ip6tables=false",
            // systemd is not reachable from here; a group of our own is easy to remove.
            "--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", KeeperScript.ControlGroup(lab),
            "--log-level", "warn",
        ]);
    }

    public Machine Server { get; }

    public Daemon Daemon { get; }

    /// <summary>For <c>DOCKER_HOST</c>; reachable from outside the lab too.</summary>
    public string Endpoint => "unix://" + _socket;

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await Server.ShellAsync("rm -f /run/homecloud/docker.sock /run/docker.pid /var/run/docker.pid", cancellationToken: cancellationToken);
        await Daemon.StartAsync(cancellationToken);
    }

    public Task ReadyAsync(CancellationToken cancellationToken = default) => Daemon.ReadyAsync(PingAsync, StartLimit, cancellationToken);

    /// <summary>Imports the image and makes the network on the LAN.</summary>
    public async Task FurnishAsync(string image, bool withNetwork, CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            DockerAsync(["import", "--change", "CMD [\"/bin/serve\"]", "--change", "EXPOSE 22 80 2222 8080", "--change", "ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin", image, BoxImage.Name], cancellationToken),
            !withNetwork ? Task.CompletedTask : DockerAsync(
                [
                    "network", "create", "--driver", "macvlan", "--opt", "parent=lan0",
                    "--subnet", Lan.Prefix4, "--gateway", Lan.Router4, "--ip-range", Lan.Containers4(_index, _servers),
                    "--ipv6", "--subnet", Lan.Prefix6, "--gateway", Lan.Router6, "--ip-range", Lan.Containers6(_index),
                    Lan.DockerNetwork,
                ],
                cancellationToken));
        await SshBoxImage.BuildAsync(Endpoint, cancellationToken);

        // The keys that boxes let in: whoever may log in to the lab's containers may log in to these.
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
            return (await Command.RunAsync(["docker", "--host", Endpoint, .. arguments], cancellationToken: cancellationToken)).OrFail().Output.Trim();
        }
        catch (LabException late) when (late.TimedOut)
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

    /// <summary>What <c>docker inspect</c> says of every container.</summary>
    public async Task<IReadOnlyList<InspectedContainer>> InspectAsync()
    {
        var ids = (await DockerAsync(["ps", "--all", "--quiet", "--no-trunc"])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
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
                ConnectCallback = async (_, token) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket), token);
                    return new NetworkStream(socket, ownsSocket: true);
                },
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
