using HomeCloud.Dns.Projection;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;

namespace HomeCloud.Dns.Hosting;

/// <summary>From a node of the zones to the record behind it, and from there to the agent whose server it is.</summary>
internal sealed class WakingNames(SleeperTable sleepers, IWakeLine line) : ISleepingNames
{
    public Task<string?>? Call(ReadOnlySpan<byte> node, ClientAddress client, RecordType type)
    {
        if (sleepers.Find(node) is not { } record)
            return null;
        var call = new WakeCall(record.Owner, record.Name, client.ToIPAddress(), DnsText.Of(type));

        // Not on the worker's thread: the line may do a little before it first waits.
        return Task.Run(() => line.CallAsync(call, CancellationToken.None));
    }
}
