using System.Threading.Channels;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Notices when the registry began anew (Redis restarted empty, a replica took over), so that our records are put back at once.</summary>
internal sealed class RegistryResetWatch(IRegistryReader registry, ChannelWriter<Signal> signals)
{
    public async Task RunAsync(CancellationToken stopping)
    {
        var first = true;
        await foreach (var update in registry.WatchAsync(stopping))
        {
            if (update.IsSnapshot && !first)
                signals.TryWrite(new Signal(SignalKind.RegistryReset));
            first = false;
        }
    }
}
