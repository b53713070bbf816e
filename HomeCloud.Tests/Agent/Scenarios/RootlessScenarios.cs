using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Lab;

namespace HomeCloud.Tests.Agent.Scenarios;

/// <summary>The reconciler on a Docker engine that an ordinary user runs, in user and network namespaces of its own, on a server of the lab.</summary>
[Trait("Category", "Lab")]
[Collection(LabCollections.OnTheirOwn)]
public sealed class RootlessScenarios() : FollowedEngine(
    "rootless/docker.sock", [("rootlesskit", "rootlesskit"), ("newuidmap", "uidmap"), ("setpriv", "util-linux"), ("useradd", "passwd")])
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact(Timeout = 300_000)]
    public async Task Containers_of_a_rootless_engine_are_said_to_be_out_of_the_LANs_reach()
    {
        await ServeAsync();
        await DockerAsync("import", "--change", "CMD [\"/bin/serve\"]", await BoxImage.EnsureAsync(SilentProgress.Instance, CancellationToken.None), BoxImage.Name);
        await DockerAsync("network", "create", "--driver", "macvlan", "--opt", "parent=lan0", "--subnet", "192.168.77.0/24", "lan");
        await WhileFollowedAsync(async () =>
        {
            await DockerAsync("run", "--detach", "--name", "airplay", "--network", "lan", BoxImage.Name);
            (await AddressAsync("airplay")).Should().StartWith("192.168.77.", "the engine itself sees nothing amiss");
            const string Explanation = "container airplay is on network 'lan' of a rootless engine, which the LAN does not reach";
            (await Poll.UntilAsync(() => Task.FromResult(Registry["airplay"]?.Explanation == Explanation), Patience)).Should().BeTrue("airplay is {0}", Registry["airplay"]);
            Registry["airplay"]!.Addresses.Should().BeEmpty();

            await DockerAsync("rm", "--force", "airplay");
            (await Poll.UntilAsync(() => Task.FromResult(Registry["airplay"] is null), Patience)).Should().BeTrue("airplay is gone");
        });
    }

    /// <summary>As Docker's own dockerd-rootless.sh does, with a card for macvlan in place of slirp4netns, for which not every machine has a tun device.</summary>
    private async Task ServeAsync()
    {
        (await Server.ShellAsync(
            """
            set -e
            useradd --no-create-home --home-dir /var/lib/keeper --shell /bin/sh keeper
            grep -q '^keeper:' /etc/subuid || { echo keeper:200000:65536 >>/etc/subuid; echo keeper:200000:65536 >>/etc/subgid; }
            mkdir -p /var/lib/keeper /run/rootless/runtime /run/homecloud/rootless
            chown -R keeper: /var/lib/keeper /run/rootless /run/homecloud/rootless
            cat >/run/rootless/engine.sh <<'END'
            cd /
            rm -f /run/docker /run/containerd /run/xtables.lock
            ip link add lan0 type veth peer name lan0p
            ip link set lan0 up
            ip link set lan0p up
            exec dockerd --rootless --data-root /var/lib/keeper/docker --host unix:///run/homecloud/rootless/docker.sock \
                --bridge=none --iptables=false --ip6tables=false --storage-driver vfs --log-level warn
            END
            setsid -f setpriv --reuid keeper --regid keeper --init-groups env HOME=/var/lib/keeper XDG_RUNTIME_DIR=/run/rootless/runtime \
                rootlesskit --net=host --copy-up=/etc --copy-up=/run --state-dir=/run/rootless/kit unshare --net sh /run/rootless/engine.sh >/run/rootless.log 2>&1 </dev/null
            """)).OrFail();
        var answers = await Poll.UntilAsync(async () => (await Command.RunAsync(["docker", "--host", Endpoint, "version"])).Succeeded, Patience);
        answers.Should().BeTrue((await Server.ShellAsync("cat /run/rootless.log")).Text);
        (await DockerAsync("info", "--format", "{{.SecurityOptions}}")).Should().Contain("name=rootless");
    }
}
