using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Dns.Transport.Udp;

/// <summary>
/// The workers of single addresses beside a wildcard socket: System.Net cannot say which address a datagram leaves from,
/// but what is sent on a socket bound to one leaves from that one. Such a socket also gets what comes to its address, and so
/// it is served.
/// </summary>
/// <param name="wildcard">The socket that meets the first query to each address.</param>
/// <param name="create">Makes the worker that owns a socket.</param>
internal sealed class ManagedAddressWorkers(Socket wildcard, Func<Socket, ManagedUdpWorker> create) : IDisposable
{
    // Far more addresses than a home's machine has at a time; those it no longer has are the oldest.
    private const int Capacity = 64;

    private readonly Lock _lock = new();

    // Null for an address that cannot be bound, such as one of multicast: nobody tries again for each query.
    private readonly Dictionary<IPAddress, ManagedUdpWorker?> _workers = [];
    private readonly Queue<IPAddress> _order = new();

    /// <summary>Late answers still to come.</summary>
    public int Outstanding => Opened().Sum(worker => worker.Outstanding);

    /// <summary>The worker of the address a datagram came to, opened if need be; null if only the wildcard socket can answer. For the wildcard's thread.</summary>
    public ManagedUdpWorker? Find(in IPPacketInformation arrival)
    {
        if (arrival.Address is not { } address || SpecialRanges.IsUnspecified(address))
            return null;
        if (address.IsIPv6LinkLocal)
            address = new IPAddress(address.GetAddressBytes(), arrival.Interface);

        ManagedUdpWorker? oldest = null;
        ManagedUdpWorker? worker;
        lock (_lock)
        {
            if (_workers.TryGetValue(address, out worker))
                return worker;
            if (_order.Count == Capacity)
                _workers.Remove(_order.Dequeue(), out oldest);
            worker = TryOpen(address);
            _workers.Add(address, worker);
            _order.Enqueue(address);
        }

        oldest?.Dispose();
        worker?.Start();
        return worker;
    }

    /// <summary>Ends the threads, all at once; late answers can still be sent. Called when the wildcard's thread has ended.</summary>
    public void Stop()
    {
        var workers = Opened();
        foreach (var worker in workers)
            worker.BeginStop();
        foreach (var worker in workers)
            worker.Stop();
    }

    public void Dispose()
    {
        foreach (var worker in Opened())
            worker.Dispose();
    }

    private ManagedUdpWorker? TryOpen(IPAddress address)
    {
        try
        {
            return create(UdpSocket.BindBeside(wildcard, address));
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private ManagedUdpWorker[] Opened()
    {
        lock (_lock)
            return [.. _workers.Values.OfType<ManagedUdpWorker>()];
    }
}
