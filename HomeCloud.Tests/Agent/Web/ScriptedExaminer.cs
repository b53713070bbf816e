using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Agent.Web.Health;
using HomeCloud.Net.Localization;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>A doctor whose findings are written down, for what the page makes of them; the real one has the lab.</summary>
internal sealed class ScriptedExaminer : IHealthExaminer
{
    private static readonly CheckResult[] Results =
    [
        new("engine", "Docker engine", [Finding.Ok("Docker 20.10.24 answers")]),
        new("network", "network", [Finding.Ok("'lan' is macvlan on lan0")]),
        new("port-53", "port 53",
        [
            // As the real check says it, so that it is there in other languages too.
            Finding.Problem(
                $"port 53 of this machine is taken: {"dnsmasq (pid 712) on 192.168.7.2"}.",
                Phrase.Join(
                    "\n",
                    "If it is not needed:  sudo systemctl disable --now dnsmasq",
                    "If it is libvirt's or a container tool's: bind it to its bridge only (bind-interfaces), and let HomeCloud --listen on this machine's LAN address.")),
        ]),
        new("router", "router's DNS", [Finding.Ok("the router asks HomeCloud for airplay.home")]),
        new("rebind", "rebind protection", [Finding.Warning("the router drops private addresses for other names.", "On OpenWrt:  uci add_list dhcp.@dnsmasq[0].rebind_domain='home'  and then  uci commit dhcp")]),
        new("certificate", "certificate", [Finding.Note("no TLS address is set (--tls HOST:PORT)")]),
        new("hostile", "hostile", [Finding.Note("<img src=x onerror=\"window.hacked=1\">")]),
    ];

    private readonly TaskCompletionSource _may = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ScriptedExaminer(bool waits = false)
    {
        if (!waits)
            _may.SetResult();
    }

    public int Checks => Results.Length;

    public Phrase? Note => "These checks see only what the container sees.";

    public int Runs { get; private set; }

    public void GoOn() => _may.TrySetResult();

    public async Task RunAsync(Action<CheckResult> tell, CancellationToken cancellationToken)
    {
        Runs++;
        tell(Results[0]);
        await _may.Task.WaitAsync(cancellationToken);
        foreach (var result in Results.Skip(1))
            tell(result);
    }
}
