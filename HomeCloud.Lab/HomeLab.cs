using System.Text.Json;
using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Services;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab;

/// <summary>
/// A home on this machine: a switch, the internet, a router, servers with Docker, and a laptop, each in namespaces of
/// its own. Disposing it takes the lab down, unless it was detached or only attached to.
/// </summary>
public sealed partial class HomeLab : IAsyncDisposable
{
    private readonly Keeper? _keeper;
    private string _anchor = "";

    private HomeLab(LabOptions options, Keeper? keeper)
    {
        _keeper = keeper;
        Options = options;
        Paths = new(options.Id);
        Switch = new(options.Id, Lan.Switch, null);
        Internet = new(options.Id, Lan.Internet, null);
        Router = new(options.Id, Lan.Router, Lan.Router4);
        Laptop = new(options.Id, Lan.Laptop, Lan.Router4);
        Servers = [.. Enumerable.Range(0, options.Servers).Select(Describe)];
        Upstream = HomeCloudServices.ScriptedUpstream(Internet);
    }

    public LabOptions Options { get; }

    public LabPaths Paths { get; }

    public Machine Switch { get; }

    public Machine Internet { get; }

    public Machine Router { get; }

    public Machine Laptop { get; }

    public IReadOnlyList<LabServer> Servers { get; }

    public LabServer Server => Servers[0];

    public Daemon Upstream { get; }

    /// <summary>The router's forwarder.</summary>
    public Daemon? RouterForwarder { get; private set; }

    public IEnumerable<Machine> Machines => [Switch, Internet, Router, .. Servers.Select(s => s.Machine), Laptop];

    public Machine Machine(string name) =>
        Machines.FirstOrDefault(m => m.Name == name)
        ?? throw new LabException($"No machine '{name}' in this lab; its machines: {string.Join(", ", Machines.Select(m => m.Name))}.");

    /// <summary>Cuts the cable between the switch and a machine, or mends it.</summary>
    public Task SetCableAsync(string machine, bool connected) => Cabling.SetAsync(Switch, Machine(machine).Name, connected);

    /// <summary>Every question that reached the upstream name server, one a line.</summary>
    public IReadOnlyList<string> QuestionsThatLeftTheHouse() =>
        File.Exists(HomeCloudServices.UpstreamLog(Internet)) ? File.ReadAllLines(HomeCloudServices.UpstreamLog(Internet)) : [];

    /// <summary>Finds a running lab that another process made.</summary>
    /// <exception cref="LabException">There is none of that name.</exception>
    public static HomeLab Attach(string id)
    {
        var description = new LabPaths(id).Description;
        if (ProcessTable.FindInit(id, Keeper.LabRole) is null || !File.Exists(description))
            throw new LabException($"No lab '{id}' is up.");
        var options = JsonSerializer.Deserialize(File.ReadAllText(description), LabJson.Default.LabOptions)!;
        var lab = new HomeLab(options, null);
        foreach (var machine in lab.Machines)
            machine.Attach();
        return lab;
    }

    /// <summary>Lets the lab live on after this process.</summary>
    public Task DetachAsync() => _keeper?.DetachAsync() ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_keeper is not null)
            await _keeper.DisposeAsync();
    }

    private LabServer Describe(int index)
    {
        var machine = new Machine(Options.Id, Lan.Server(index), Lan.Router4);
        var agent = HomeCloudServices.Agent(Options, machine, index);
        var dns = HomeCloudServices.Dns(Options, machine, index);
        return new(index, machine, new(Options, machine, index), agent, dns, HomeCloudServices.Redis(Options, machine, index))
        {
            NameServer = Options.Shape == LabShape.Embedded ? agent : dns,
            Keepalived = SharedDnsAddress.Keepalived(Options, machine, index),
        };
    }
}
