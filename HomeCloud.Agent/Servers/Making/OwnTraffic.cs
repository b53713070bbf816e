using System.Collections.Concurrent;
using System.Net;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>Packets that our own probes of ports exchange with servers: nobody else's use of them. Safe for concurrent use.</summary>
public sealed class OwnTraffic
{
    private readonly ConcurrentDictionary<IPAddress, long> _packets = new();

    public void Add(IPAddress address, int packets) => _packets.AddOrUpdate(address, packets, (_, before) => before + packets);

    /// <summary>So far; since it was forgotten.</summary>
    public long With(IEnumerable<IPAddress> addresses) => addresses.Sum(address => _packets.GetValueOrDefault(address));

    /// <summary>Another run begins there.</summary>
    public void Forget(IEnumerable<IPAddress> addresses)
    {
        foreach (var address in addresses)
            _packets.TryRemove(address, out _);
    }
}
