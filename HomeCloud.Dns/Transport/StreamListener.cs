using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Dns.Transport;

/// <summary>Accepts TCP connections on one address.</summary>
internal sealed class StreamListener(Socket socket, StreamService service, ConnectionTable connections, ConnectionLimits limits) : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private Task _accepting = Task.CompletedTask;

    public IPEndPoint Local { get; } = (IPEndPoint)socket.LocalEndPoint!;

    public TransportCounters Counters => service.Counters;

    /// <exception cref="SocketException">Bind or listen failed.</exception>
    public static Socket Bind(IPEndPoint local)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(local);
            socket.Listen(512);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Start() => _accepting = Task.Run(AcceptAsync);

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        socket.Dispose();
        await _accepting.ConfigureAwait(false);
    }

    public void Dispose()
    {
        socket.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var accepted = await socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
                Admit(accepted);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception) when (StreamConnection.IsGone(exception))
            {
                if (_stop.IsCancellationRequested)
                    return;

                // Out of descriptors, most likely: connections that end give some back.
                TransportLog.AcceptFailed(service.Logger, Local, exception.Message);
                await Task.Delay(RetryDelay, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Admit(Socket accepted)
    {
        try
        {
            connections.Admit(new StreamConnection(accepted, service, limits));
        }
        catch (SocketException)
        {
            // Reset before we could ask who it is.
            accepted.Dispose();
        }
    }
}
