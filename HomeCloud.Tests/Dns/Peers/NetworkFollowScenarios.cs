using System.Diagnostics;

namespace HomeCloud.Tests.Dns.Peers;

/// <summary>The real server on a machine whose interfaces, addresses and ports come and go: in a network namespace of its own, as root.</summary>
[Trait("Category", "Lab")]
public sealed class NetworkFollowScenarios : IAsyncLifetime
{
    private const int Timeout = 180_000;
    private const string Lan = "192.168.77.2";

    private ClientNamespace _machine = null!;

    [Fact(Timeout = Timeout)]
    public async Task Addresses_of_either_family_are_served_as_they_come_and_go()
    {
        var server = StartServer("--listen-tls", "[fd77::53]:853");
        await AnswersAsync(Lan);
        await AddAsync("fd77::53/64");
        await AnswersAsync("fd77::53");
        await AnswersAsync("fd77::53", "+tcp");
        await AnswersAsync("fd77::53", "+tls");

        // A provider's new prefix: from it queries are refused until it is one of our own networks.
        await AddAsync("2001:db8:5::2/64");
        await _machine.UntilAsync("dig +time=1 +tries=1 -b 2001:db8:5::2 @2001:db8:5::2 check.home A", "NOERROR");

        await RemoveAsync("fd77::53/64");
        await SaysAsync("No longer listening on [fd77::53]:53");
        await SaysAsync("No longer listening on [fd77::53]:853");
        await AddAsync("fd77::53/64");
        await AnswersAsync("fd77::53");
        await AnswersAsync("fd77::53", "+tcp");
        await AnswersAsync("fd77::53", "+tls");
        Lines("Accepting connections").Should().Be(0, "a closed listener has nothing to accept");
        Alive(server);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_named_address_whose_cable_comes_late_and_a_port_held_for_a_moment_are_served_when_they_can_be()
    {
        var holder = _machine.Start("dnsmasq", $"--keep-in-foreground --conf-file=/dev/null --listen-address={Lan} --bind-interfaces --no-resolv --no-hosts --user=root --pid-file --port=53");
        await _machine.UntilAsync($"dig +time=1 +tries=1 @{Lan} held.example", "REFUSED");
        var server = StartServer("--listen", "127.0.0.1", "--listen", Lan, "--listen", "192.168.77.9", "--listen-tls", "192.168.77.9:853", "--metrics", "127.0.0.1:9153");
        await AnswersAsync("127.0.0.1");
        (await _machine.RunAsync("curl -s http://127.0.0.1:9153/health/ready")).Should().Contain("\"ready\":false").And.Contain("dnsmasq").And.Contain("192.168.77.9:53").And.Contain("192.168.77.9:853");

        await _machine.StopAsync(holder);
        await AnswersAsync(Lan);
        await AddAsync("192.168.77.9/24");
        await AnswersAsync("192.168.77.9");
        await AnswersAsync("192.168.77.9", "+tcp");
        await AnswersAsync("192.168.77.9", "+tls");
        await _machine.UntilAsync("curl -s http://127.0.0.1:9153/health/ready", "\"ready\":true");

        await RemoveAsync("192.168.77.9/24");
        await _machine.UntilAsync("curl -s http://127.0.0.1:9153/health/ready", "lost the address");
        await AddAsync("192.168.77.9/24");
        await AnswersAsync("192.168.77.9");
        await AnswersAsync("192.168.77.9", "+tcp");
        await AnswersAsync("192.168.77.9", "+tls");
        Alive(server);
    }

    /// <summary>Not even loopback has an IPv4 address, and one of the upstreams is an IPv4 address.</summary>
    [Fact(Timeout = Timeout)]
    public async Task On_a_machine_with_IPv6_alone_it_answers_and_forwards()
    {
        await _machine.RunAsync("ip addr del 127.0.0.1/8 dev lo");
        await RemoveAsync($"{Lan}/24");
        await AddAsync("fd77::53/64");
        await _machine.RunAsync("ip addr add fd77::1/128 dev lo");
        _machine.Start("dnsmasq", "--keep-in-foreground --conf-file=/dev/null --listen-address=fd77::1 --bind-interfaces --no-resolv --no-hosts --user=root --pid-file --port=5353 --address=/example/192.0.2.10");
        await _machine.UntilAsync("dig +time=1 +tries=1 -p 5353 @fd77::1 up.example A", "192.0.2.10");
        var server = StartServer("--upstream", "[fd77::1]:5353", "--forward", "tcp.example=tcp://[fd77::1]:5353");

        await AnswersAsync("::1");
        await AnswersAsync("fd77::53");
        await AnswersAsync("fd77::53", "+tcp");
        await _machine.UntilAsync("dig +short +time=5 +tries=1 @fd77::53 www.example A", "192.0.2.10");
        await _machine.UntilAsync("dig +short +time=5 +tries=1 @fd77::53 www.tcp.example A", "192.0.2.10");
        Alive(server);
    }

    [Fact(Timeout = Timeout)]
    public async Task Interfaces_that_vanish_while_they_are_counted_end_nothing()
    {
        var server = StartServer();
        await AnswersAsync(Lan);

        // Two loops make and delete pairs of interfaces with addresses, as containers do; each change makes the server count them.
        Parallel.For(1, 3, loop => Churn(loop));

        await AnswersAsync(Lan);
        Alive(server);
        Lines("nternal error; please report it").Should().Be(0);
    }

    public async Task InitializeAsync() => _machine = await ClientNamespace.StartEmptyAsync();

    public async Task DisposeAsync() => await _machine.DisposeAsync();

    private string Log => Path.Combine(_machine.Folder, "log");

    private int StartServer(params string[] options) =>
        _machine.Start("sh", $"-c \"exec {PeerProcess.HomeCloud()} --upstream 192.168.77.1 --data-dir {_machine.Folder} {string.Join(' ', options)} > {Log}\"");

    private Task AddAsync(string address) => _machine.RunAsync($"ip addr add {address} dev lan0{(address.Contains(':') ? " nodad" : "")}");

    private Task RemoveAsync(string address) => _machine.RunAsync($"ip addr del {address} dev lan0");

    private Task AnswersAsync(string server, string how = "") =>
        _machine.UntilAsync(how == "+tls" ? $"kdig +tls +timeout=1 +retry=0 @{server} check.home A" : $"dig {how} +time=1 +tries=1 @{server} check.home A", "NOERROR");

    private Task SaysAsync(string text) => _machine.UntilAsync($"cat {Log}", text);

    private int Lines(string text) => File.ReadLines(Log).Count(line => line.Contains(text, StringComparison.Ordinal));

    private void Churn(int loop) => _machine.RunAsync($"""
        sh -c "for i in $(seq 60); do ip link add v{loop}x$i type veth peer name w{loop}x$i; ip addr add 10.{loop}.$i.1/24 dev v{loop}x$i; ip link set v{loop}x$i up; ip link del v{loop}x$i; done"
        """).GetAwaiter().GetResult();

    private static void Alive(int process) => Process.GetProcessById(process).HasExited.Should().BeFalse("the server must live");
}
