using HomeCloud.Lab.Machines;
using HomeCloud.Lab.Network;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab;

public sealed partial class HomeLab
{
    /// <summary>Switches a server off as a power cut does: every process of it ends at once, its files stay.</summary>
    public static Task PullPlugAsync(LabServer server) => server.Machine.PullPlugAsync();

    /// <summary>Switches it on again, and waits until its engine is ready and it answers DNS, if it did.</summary>
    public async Task PowerOnAsync(LabServer server, CancellationToken cancellationToken = default)
    {
        var init = ProcessTable.FindInit(Options.Id, Keeper.LabRole) ?? throw new LabException("The lab no longer runs.");
        await server.Machine.StartAsync(init, cancellationToken);
        await Cabling.PlugAsync(Switch, server.Machine, cancellationToken);
        await Cabling.ServerAsync(server.Machine, server.Index, cancellationToken);

        await server.Engine.StartAsync(cancellationToken);
        foreach (var daemon in ((Daemon?[])[server.Redis, server.Agent, server.Dns, server.Keepalived]).OfType<Daemon>())
            await daemon.StartAsync(cancellationToken);
        await server.Engine.ReadyAsync(cancellationToken);
        await NameServerReadyAsync(server, cancellationToken);
    }
}
