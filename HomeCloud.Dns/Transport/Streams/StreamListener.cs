using System.Net;
using System.Net.Sockets;
using HomeCloud.Dns.Transport.Instruments;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Dns.Transport.Native;

namespace HomeCloud.Dns.Transport.Streams;

/// <summary>Accepts TCP connections on one address.</summary>
internal sealed class StreamListener(Socket socket, StreamService service, ConnectionTable connections, ConnectionLimits limits) : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private const int Backlog = 512;

    private Task _accepting = Task.CompletedTask;
    private volatile bool _stopped;

    public IPEndPoint Local { get; } = (IPEndPoint)socket.LocalEndPoint!;

    public TransportCounters Counters => service.Counters;

    /// <summary>Binds only: nobody can connect before <see cref="Listen"/>.</summary>
    /// <param name="local">Where.</param>
    /// <param name="freely">Whether this machine has the address or not.</param>
    /// <exception cref="SocketException">The address cannot be had.</exception>
    public static Socket Bind(IPEndPoint local, bool freely = false)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            if (freely)
                SocketOption.BindFreely(socket);
            socket.Bind(local);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <exception cref="SocketException">Another program listens there.</exception>
    public static void Listen(Socket bound) => bound.Listen(Backlog);

    public void Start() => _accepting = Task.Run(AcceptAsync);

    public async Task StopAsync()
    {
        Dispose();
        await _accepting;
    }

    /// <summary>Ends the loop as well: it sees a closed socket, and why.</summary>
    public void Dispose()
    {
        _stopped = true;
        socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        var failing = false;
        while (!_stopped)
        {
            try
            {
                var accepted = await socket.AcceptAsync();
                Admit(accepted);
                if (failing)
                    TransportLog.AcceptRecovered(service.Logger, Local);
                failing = false;
            }
            catch (Exception exception)
            {
                if (_stopped)
                    return;

                // Out of descriptors or threads, most likely: connections that end give some back. Said once.
                if (!failing)
                    TransportLog.AcceptFailed(service.Logger, Local, exception.Message);
                failing = true;
                await Task.Delay(RetryDelay, CancellationToken.None);
            }
        }
    }

    private void Admit(Socket accepted)
    {
        try
        {
            connections.Admit(new ClientConnection(accepted, service, limits));
        }
        catch (SocketException)
        {
            // Reset before we could ask who it is.
            accepted.Dispose();
        }
        catch
        {
            accepted.Dispose();
            throw;
        }
    }
}

/// <summary>What one TCP or TLS connection may use; times in milliseconds.</summary>
internal sealed record ConnectionLimits(int IdleMilliseconds, int MessageMilliseconds, int MaxOutstanding)
{
    /// <summary>Late answers a connection may be owed; its next queries stay unread until some have come.</summary>
    private const int DefaultMaxOutstanding = 128;

    public static ConnectionLimits From(ListenOptions options) => new(
        (int)options.IdleTimeout.TotalMilliseconds,
        (int)options.MessageTimeout.TotalMilliseconds,
        DefaultMaxOutstanding);
}
