using System.Net;
using System.Net.Sockets;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Reconciliation;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Net.Machine;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Web.Listening;

/// <summary>Gives the page its own name, <c>cloud.home</c>: this machine's address on the LAN. Its owner is one of its own, so that the agent's names stay the agent's.</summary>
internal sealed partial class CloudName(
    string owner, IList<IPAddress> given, WebOptions options, IServerEngine engine, IRegistry registry, AgentStatusSource agent, PageNames names, TimeProvider time, ILogger<CloudName> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(35);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Listen.Count + options.ListenTls.Count == 0)
            return;

        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await PublishAsync(stoppingToken);
            }
            catch (RegistryUnavailableException exception) when (exception.HeldByAnother)
            {
                continue; // said of the agent's own names, which share the page's fate
            }
            catch (Exception exception) when (exception is RegistryUnavailableException or ArgumentException)
            {
                LogFailed(options.Name, exception.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        // Where another machine's page has the name already, DNS gives this one cloud.MACHINE instead.
        var machine = agent.Current.HostName is { Length: > 0 } host ? host : Environment.MachineName;
        names.Machine = NameMaker.TryNormalizeLabel(machine.Split('.')[0], out var label) ? label : null;
        var attributes = label is null ? NameRecord.NoAttributes : NameRecord.NoAttributes.Add(RecordAttributes.Host, label);
        var addresses = given.Count > 0 ? [.. given] : Addresses();
        var known = registry.Current.Records.GetValueOrDefault(new RecordKey(owner, options.Name));
        if (addresses.Count > 0 && (known is null || !known.Addresses.SequenceEqual(addresses) || !known.Attributes.SequenceEqual(attributes)))
        {
            var record = new NameRecord
            {
                Name = options.Name,
                Owner = owner,
                Addresses = [.. addresses],
                Since = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()),
                // The machine may have a name of its own for its address.
                Reverse = false,
                Attributes = attributes,
            };
            await registry.ReplaceAsync(owner, [record], cancellationToken);
        }

        await registry.RenewLeaseAsync(owner, Lease, cancellationToken);
    }

    /// <summary>Those the page listens on; where that is all of them, those inside a LAN network of Docker's, or the one towards the default route.</summary>
    private List<IPAddress> Addresses()
    {
        var listened = options.Listen.Concat(options.ListenTls).Select(e => e.Address).Distinct().ToList();
        if (!listened.Contains(IPAddress.Any) && !listened.Contains(IPAddress.IPv6Any))
            return listened;

        var subnets = engine.KnownLanNetworks.Select(n => n.Subnet).OfType<IPNetwork>().ToList();
        var own = MachineInterfaces.Read().Interfaces
            .Where(i => !i.IsLoopback)
            .SelectMany(i => i.Addresses).Select(a => a.Address)
            .Where(a => a.AddressFamily == AddressFamily.InterNetwork && subnets.Exists(s => s.Contains(a))).ToList();
        return own.Count > 0 ? own.Take(1).ToList() : TowardsDefaultRoute();
    }

    private static List<IPAddress> TowardsDefaultRoute() =>
        OutwardAddress.Of(AddressFamily.InterNetwork) is { } address && !IPAddress.IsLoopback(address) ? [address] : [];

    [LoggerMessage(LogLevel.Warning, "Page: the name {Name} could not be registered: {Reason}")]
    private partial void LogFailed(string name, string reason);
}
