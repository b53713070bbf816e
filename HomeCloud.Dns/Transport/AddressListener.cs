using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport.Instruments;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Dns.Transport.Streams;
using HomeCloud.Dns.Transport.Udp;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport;

/// <summary>Everything that listens on one address and port: UDP workers and TCP, or TLS alone.</summary>
internal sealed class AddressListener : IDisposable
{
    private const int FreePortAttempts = 20;

    private readonly StreamListener _stream;
    private readonly IUdpWorker[] _workers;

    private AddressListener(StreamListener stream, IUdpWorker[] workers)
    {
        _stream = stream;
        _workers = workers;
    }

    public IPEndPoint Local => _stream.Local;

    public int Outstanding => _workers.Sum(worker => worker.Outstanding);

    public IEnumerable<TransportCounters> UdpCounters => _workers.Select(worker => worker.Counters);

    public TransportCounters StreamCounters => _stream.Counters;

    /// <param name="freely">Bind it whether this machine has the address or not.</param>
    /// <exception cref="BindException">The address cannot be had.</exception>
    public static AddressListener Open(
        IPEndPoint local, bool freely, ListenOptions options, IQueryHandler handler, IZoneTransfer? transfers, SslServerAuthenticationOptions? tls, ConnectionTable connections, ILogger logger)
    {
        var (tcp, udp) = tls is null ? BindBoth(local, freely, options) : (BindTcp(local, freely), []);
        Listen(tcp, udp);
        var service = new StreamService(handler, transfers, tls, logger);
        var stream = new StreamListener(tcp, service, connections, ConnectionLimits.From(options));
        IUdpWorker[] workers =
        [
            .. udp.Select(socket => IsBatched(options)
                ? (IUdpWorker)new BatchedUdpWorker(socket, handler, logger)
                : new ManagedUdpWorker(socket, handler, logger)),
        ];
        TransportLog.Listening(logger, stream.Local, tls is null ? $"UDP with {workers.Length} workers, TCP" : "TLS");
        return new AddressListener(stream, workers);
    }

    public void Start()
    {
        foreach (var worker in _workers)
            worker.Start();
        _stream.Start();
    }

    /// <summary>Takes nothing more; answers what was taken, except what still waits for an upstream.</summary>
    public async Task StopReceivingAsync()
    {
        await _stream.StopAsync();
        await Task.WhenAll(_workers.Select(worker => Task.Run(worker.Stop)));
    }

    public void Dispose()
    {
        foreach (var worker in _workers)
            worker.Dispose();
        _stream.Dispose();
    }

    private static bool IsBatched(ListenOptions options) =>
        OperatingSystem.IsLinux() && Environment.Is64BitProcess && !options.ManagedUdp;

    private static (Socket Tcp, Socket[] Udp) BindBoth(IPEndPoint local, bool freely, ListenOptions options)
    {
        for (var attempt = 1; ; attempt++)
        {
            var tcp = BindTcp(local, freely);
            try
            {
                return (tcp, BindUdp((IPEndPoint)tcp.LocalEndPoint!, freely, options));
            }
            catch (BindException) when (local.Port == 0 && attempt < FreePortAttempts)
            {
                // Any port will do, and the one that TCP gave us is taken for UDP.
                tcp.Dispose();
            }
            catch
            {
                tcp.Dispose();
                throw;
            }
        }
    }

    private static Socket BindTcp(IPEndPoint local, bool freely)
    {
        try
        {
            return StreamListener.Bind(local, freely);
        }
        catch (SocketException exception)
        {
            throw new BindException(local, ProtocolType.Tcp, exception);
        }
    }

    // Last: no client may connect to an address whose UDP port is another program's.
    private static void Listen(Socket tcp, Socket[] udp)
    {
        try
        {
            StreamListener.Listen(tcp);
        }
        catch (SocketException exception)
        {
            var local = (IPEndPoint)tcp.LocalEndPoint!;
            foreach (var socket in udp.Append(tcp))
                socket.Dispose();
            throw new BindException(local, ProtocolType.Tcp, exception);
        }
    }

    private static Socket[] BindUdp(IPEndPoint local, bool freely, ListenOptions options)
    {
        var sockets = new List<Socket>();
        try
        {
            // Without SO_REUSEPORT first: with it, another server's share of the queries would vanish silently.
            var count = IsBatched(options) ? WorkerCount(local, options) : 1;
            sockets.Add(UdpSocket.Bind(local, shared: false, options.ReceiveBufferBytes, freely));
            if (count > 1)
            {
                sockets[0].Dispose();
                sockets.Clear();
                while (sockets.Count < count)
                    sockets.Add(UdpSocket.Bind(local, shared: true, options.ReceiveBufferBytes, freely));
            }

            return [.. sockets];
        }
        catch (SocketException exception)
        {
            foreach (var socket in sockets)
                socket.Dispose();
            throw new BindException(local, ProtocolType.Udp, exception);
        }
    }

    private static int WorkerCount(IPEndPoint local, ListenOptions options) => options.UdpWorkers switch
    {
        > 0 => options.UdpWorkers,
        _ when IPAddress.IsLoopback(local.Address) => 1,
        _ => Math.Min(Environment.ProcessorCount, 4),
    };
}
