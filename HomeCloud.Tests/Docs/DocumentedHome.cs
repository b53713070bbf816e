using HomeCloud.Lab;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Packages;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Lab;

namespace HomeCloud.Tests.Docs;

/// <summary>
/// A home in which what the documents say can be typed: our programs are installed, the laptop has a key that boxes let in,
/// and the router understands OpenWrt's uci.
/// </summary>
public sealed class DocumentedHome : IAsyncLifetime
{
    private const string TypedLab = "docs-typed";
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-docs-").FullName;
    private HomeLab? _lab;

    public HomeLab Lab => _lab ?? throw new InvalidOperationException("The lab is not up.");

    public async Task InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await DebianPackages.EnsureAsync([("netplan", "netplan.io"), ("busybox", "busybox-static"), ("redis-cli", "redis-tools")], SilentProgress.Instance, limit.Token);
        await PutProgramsAsync(limit.Token);
        _lab = await HomeLab.StartAsync(new LabOptions { Shape = LabShape.Redis }, SilentProgress.Instance, limit.Token);
        foreach (var machine in new[] { Lab.Laptop, Lab.Server.Machine })
            await SshSettings.WriteAsync(machine, limit.Token);
        await MakeOpenWrtAsync(limit.Token);
        await Lab.Server.Agent.ReadyAsync(async () => (await TypeAsync("server", "homecloud ls", TimeSpan.FromSeconds(30))).Succeeded, TimeSpan.FromSeconds(60), limit.Token);
    }

    public async Task DisposeAsync()
    {
        // Should a block have failed between its `lab up` and its `lab down`; with none there it only says so.
        await Command.RunAsync([Executables.Cli, "lab", "down", "--name", TypedLab]);
        if (_lab is not null)
            await _lab.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Types a command on a machine of the lab, or on the machine that holds it.</summary>
    public Task<CommandResult> TypeAsync(string where, string command, TimeSpan limit)
    {
        string[] shell = ["bash", "-c", $"cd {_folder} && export PATH={_folder}/bin:$PATH && {command}"];
        return where == "lab" ? Command.RunAsync(shell, timeout: limit) : Lab.Machine(where).RunAsync(shell, timeout: limit);
    }

    private async Task PutProgramsAsync(CancellationToken cancellationToken)
    {
        // ./homecloud finds or builds the program; here it is built. The name keeps this lab apart from others that may be up.
        const string Put = """
            set -e
            mkdir -p "$1/bin"
            ln -s "$2" "$3" "$4" "$1/bin"
            cat >"$1/homecloud" <<'END'
            #!/bin/sh
            here=$(dirname "$(readlink -f "$0")")
            case "$1 $2" in
            "lab up" | "lab down" | "lab exec" | "lab env" | "lab cut" | "lab mend") sub=$2; shift 2; set -- lab "$sub" --name NAME "$@" ;;
            esac
            exec "$here/bin/homecloud" "$@"
            END
            sed -i "s/--name NAME/--name $5/" "$1/homecloud"
            chmod 755 "$1" "$1/homecloud"
            """;
        (await Command.RunAsync(["sh", "-c", Put, "sh", _folder, Executables.Cli, Executables.Agent, Executables.Dns, TypedLab], cancellationToken: cancellationToken)).OrFail();
    }

    private async Task MakeOpenWrtAsync(CancellationToken cancellationToken)
    {
        await Lab.RouterForwarder!.EndAsync("KILL");
        Directory.CreateDirectory(Path.Combine(_folder, "bin", "openwrt"));
        await File.WriteAllLinesAsync(Path.Combine(_folder, "bin", "openwrt", "base"),
        [
            "user=root", "group=root", "no-resolv", "no-hosts", $"pid-file={_folder}/dnsmasq.pid", "bind-interfaces", "interface=eth0", "except-interface=lo", "cache-size=0",
            "domain-needed", "bogus-priv", "stop-dns-rebind", "rebind-domain-ok=/home.arpa/", "dhcp-range=192.168.1.100,192.168.1.249,1h", $"dhcp-leasefile={_folder}/leases", "no-ping",
            $"server={Lan.Server4(0)}", $"rev-server={Lan.Prefix6},{Lan.Server4(0)}",
        ], cancellationToken);
        const string Play = """
            set -e
            cd "$1/bin"
            cp "$2" uci && cp "$2" service && chmod 755 uci service
            : >openwrt/pending
            # As a home has it that docs/router.md was followed in: documents before it are read with a router that forwards.
            printf 'dhcp.@dnsmasq[0].server=/home/192.168.1.2\ndhcp.@dnsmasq[0].rebind_domain=/home/\n' >openwrt/committed
            ./service dnsmasq restart
            """;
        (await Lab.Router.ShellAsync(Play, [_folder, Path.Combine(Documents.Root(), "HomeCloud.Tests", "Docs", "openwrt.sh")], cancellationToken)).OrFail();
    }
}
