using System.Text;
using HomeCloud.Lab.Machines;

namespace HomeCloud.Lab.Network;

/// <summary>Lays the cables between machines and gives the machines their addresses.</summary>
internal static class Cabling
{
    /// <summary>
    /// IPv6 without router advertisements and without duplicate address detection, which would cost a second or two
    /// at each start; rp_filter is off because a bridge and a macvlan share one network.
    /// </summary>
    private const string Tune = """
        set -e
        cd /proc/sys/net/ipv6/conf
        for scope in default all; do echo 0 >$scope/accept_ra; echo 0 >$scope/accept_dad; echo 0 >$scope/disable_ipv6; done

        """;

    public static string Port(string machine) => "to-" + machine;

    public static Task SwitchAsync(Machine @switch, CancellationToken cancellationToken) =>
        RunAsync(
            @switch,
            """
            set -e
            echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
            ip link add lan type bridge stp_state 0 forward_delay 0 mcast_snooping 0
            ip link set lan up
            """,
            cancellationToken);

    /// <summary>One cable from the switch to a machine, which sees it as <c>eth0</c>.</summary>
    public static async Task PlugAsync(Machine @switch, Machine machine, CancellationToken cancellationToken)
    {
        var port = Port(machine.Name);
        // The old cable of a machine whose power was cut goes with its namespace, which the kernel takes down when it has time.
        // Entered by network namespace alone: "netns PID" is looked up in the process namespace of who asks.
        var cable = $"ip link del {port} 2>/dev/null; ip link add {port} type veth peer name eth0 netns {machine.Pid} && ip link set {port} master lan up";
        (await Processes.Command.RunAsync(["nsenter", "-t", $"{@switch.Pid}", "--net", "sh", "-c", cable], cancellationToken: cancellationToken)).OrFail();
    }

    public static async Task InternetAsync(Machine router, Machine internet, CancellationToken cancellationToken)
    {
        var cable = $"ip link add wan type veth peer name eth0 netns {internet.Pid}";
        (await Processes.Command.RunAsync(["nsenter", "-t", $"{router.Pid}", "--net", "sh", "-c", cable], cancellationToken: cancellationToken)).OrFail();
        await RunAsync(
            router,
            Tune + $"""
            ip addr add {Lan.Outside4}/24 dev wan
            ip addr add {Lan.Outside6}/64 dev wan nodad
            ip link set wan up
            echo 1 >/proc/sys/net/ipv4/ip_forward
            echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
            """ + "\n" + Addresses("eth0", Lan.Router4, Lan.Router6),
            cancellationToken);
        await RunAsync(
            internet,
            Tune + $"""
            ip addr add {Lan.Upstream4}/24 dev eth0
            ip addr add {Lan.Upstream6}/64 dev eth0 nodad
            ip link set eth0 up
            ip route add default via {Lan.Outside4}
            ip -6 route add default via {Lan.Outside6}
            """,
            cancellationToken);
    }

    public static Task LaptopAsync(Machine laptop, CancellationToken cancellationToken) =>
        RunAsync(laptop, Tune + Addresses("eth0", Lan.Laptop4, Lan.Laptop6) + DefaultRoute, cancellationToken);

    /// <summary>
    /// The topology that lets a host and its macvlan containers reach each other: the bridge holds the cable and the
    /// host's address; a veth pair leads from the bridge to <c>lan0</c>, the parent of the containers' macvlan.
    /// </summary>
    public static Task ServerAsync(Machine server, int index, CancellationToken cancellationToken) =>
        RunAsync(
            server,
            Tune + """
            ip link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
            ip link set br0 address "$(cat /sys/class/net/eth0/address)"
            ip link set eth0 master br0 up
            ip link add lan0-br type veth peer name lan0
            ip link set lan0-br master br0 up
            ip link set lan0 up

            """ + Addresses("br0", Lan.Server4(index), Lan.Server6(index)) + DefaultRoute,
            cancellationToken);

    /// <summary>Cuts a cable, or mends it, at the switch.</summary>
    public static Task SetAsync(Machine @switch, string machine, bool connected) =>
        RunAsync(@switch, $"ip link set {Port(machine)} {(connected ? "up" : "down")}", CancellationToken.None);

    private static string DefaultRoute => $"ip route add default via {Lan.Router4}\nip -6 route add default via {Lan.Router6}\n";

    private static string Addresses(string device, string v4, string v6) => new StringBuilder()
        .Append($"ip addr add {v4}/24 dev {device}\n")
        .Append($"ip addr add {v6}/64 dev {device} nodad\n")
        .Append($"ip link set {device} up\n")
        .ToString();

    private static async Task RunAsync(Machine machine, string script, CancellationToken cancellationToken) =>
        (await machine.ShellAsync(script, cancellationToken: cancellationToken)).OrFail();
}
