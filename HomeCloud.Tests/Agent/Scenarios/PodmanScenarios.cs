using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Registry;
using HomeCloud.Tests.Lab;
using HomeLan = HomeCloud.Lab.Network.Lan;

namespace HomeCloud.Tests.Agent.Scenarios;

/// <summary>The reconciler on a real Podman's compatible socket, on a server of the lab.</summary>
[Trait("Category", "Long")]
[Collection(LabCollections.OnTheirOwn)]
public sealed class PodmanScenarios() : FollowedEngine(
    "podman.sock", [("podman", "podman"), ("runc", "runc"), ("../lib/podman/netavark", "netavark")])
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact(Timeout = 300_000)]
    public async Task Podmans_socket_is_followed_as_Dockers_is()
    {
        await FurnishAsync();
        await ServeAsync();
        await WhileFollowedAsync(async () =>
        {
            await DockerAsync("run", "--detach", "--name", "web_1", "--network", "lan", "--label", "homecloud.aliases=shop", BoxImage.Name);
            var address = await AddressAsync("web_1");
            await Becomes("web-1", address);
            await Becomes("shop", address);
            await DockerAsync("rename", "web_1", "web_2");
            await Becomes("web-2", address);
            await Becomes("web-1", null);
            await DockerAsync("pause", "web_2");
            await Eventually(() => Registry["web-2"]?.State == RecordState.Paused, "web-2 is paused");
            await DockerAsync("unpause", "web_2");
            await Eventually(() => Registry["web-2"]?.State == RecordState.Running, "web-2 runs");
            await DockerAsync("stop", "--time", "0", "web_2");
            await Eventually(() => Registry["web-2"] is { State: RecordState.Stopped, Addresses.IsEmpty: true }, "web-2 is stopped");

            // A service that is gone and back, as after an update of Podman.
            await EndAsync();
            await Eventually(() => !Status.Current.EngineConnected, "the agent notices that Podman is gone");
            await ServeAsync();
            await DockerAsync("start", "web_2");
            await Becomes("web-2", await AddressAsync("web_2"));
            await DockerAsync("rm", "--force", "web_2");
            await Becomes("web-2", null);
        });
    }

    // Its limits by default are higher than some machines' own, and not everyone may raise those.
    private async Task FurnishAsync() => (await Server.ShellAsync(
        """
        set -e
        mkdir -p /etc/containers /var/lib/podman
        printf '[containers]\ndefault_ulimits=["nofile=1024:1024","nproc=1024:1024"]\n[network]\nnetwork_backend="netavark"\n[engine]\nevents_logger="file"\ncgroup_manager="cgroupfs"\nruntime="runc"\n' >/etc/containers/containers.conf
        cat >/run/podman.sh <<'END'
        exec podman --root /run/podman-root --runroot /run/podman-run --tmpdir /run/podman-tmp --storage-driver vfs "$@"
        END
        sh /run/podman.sh import --change 'CMD ["/bin/serve"]' "$1" box
        sh /run/podman.sh network create --driver macvlan --opt parent=lan0 --subnet "$2" --gateway "$3" --ip-range 192.168.1.128/25 lan
        """,
        [await BoxImage.EnsureAsync(SilentProgress.Instance, CancellationToken.None), HomeLan.Prefix4, HomeLan.Router4])).OrFail();

    private async Task ServeAsync()
    {
        (await Server.ShellAsync("rm -f /run/homecloud/podman.sock; setsid -f sh -c 'echo $$ >/run/podman.pid; exec sh /run/podman.sh system service --time 0 unix:///run/homecloud/podman.sock >/run/podman.log 2>&1 </dev/null'")).OrFail();
        await Eventually(async () => (await Command.RunAsync(["docker", "--host", Endpoint, "version"])).Succeeded, "Podman answers");
    }

    private async Task EndAsync() => (await Server.ShellAsync("kill -KILL $(cat /run/podman.pid)")).OrFail();

    private Task Becomes(string name, string? address) => Eventually(
        () => Registry[name]?.Addresses.FirstOrDefault()?.ToString() == address && (address is not null || Registry[name] is null),
        $"{name} is {address ?? "gone"}");

    private Task Eventually(Func<bool> condition, string what) => Eventually(() => Task.FromResult(condition()), what);

    private async Task Eventually(Func<Task<bool>> condition, string what) =>
        (await Poll.UntilAsync(condition, Patience)).Should().BeTrue("{0}; the registry holds {1}", what, string.Join(", ", Registry.Current.Records.Values));
}
