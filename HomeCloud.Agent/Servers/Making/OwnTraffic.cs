using System.Collections.Concurrent;
using System.Net;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>Packets that our own probes of ports exchange with servers: nobody else's use of them. Safe for concurrent use.</summary>
public sealed class OwnTraffic(TimeProvider time)
{
    /// <summary>The kernel asks for a silent neighbour three times, a second apart (RFC 4861 §10, and Linux for ARP): long after the probe gave up.</summary>
    private static readonly TimeSpan Echo = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<IPAddress, long> _packets = new();
    private readonly ConcurrentDictionary<IPAddress, long> _last = new();

    public void Add(IPAddress address, int packets)
    {
        _last[address] = time.GetTimestamp();
        _packets.AddOrUpdate(address, packets, (_, before) => before + packets);
    }

    /// <summary>So far; since it was forgotten.</summary>
    public long With(IEnumerable<IPAddress> addresses) => addresses.Sum(address => _packets.GetValueOrDefault(address));

    /// <summary>Whether this machine may still be asking for an address because of a probe.</summary>
    public bool Echoes(IPAddress address) => _last.TryGetValue(address, out var last) && time.GetElapsedTime(last) < Echo;

    /// <summary>Another run begins there.</summary>
    public void Forget(IEnumerable<IPAddress> addresses)
    {
        foreach (var address in addresses)
            _packets.TryRemove(address, out _);
    }
}
