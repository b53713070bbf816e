using System.Net.Sockets;
using System.Text;

namespace HomeCloud.Dns.Hosting.Systemd;

/// <summary>Tells systemd how the service is doing, as sd_notify(3) does: lines in one datagram to its socket. Without systemd it does nothing.</summary>
public sealed class SystemdNotifier : IDisposable
{
    private readonly Socket? _socket;

    public SystemdNotifier(SystemdOptions options)
    {
        var socketPath = options.NotifySocket;
        if (string.IsNullOrEmpty(socketPath))
            return;
        var path = socketPath[0] == '@' ? "\0" + socketPath[1..] : socketPath;
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            _socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            // A stale variable, inherited from some other service: as if there were no systemd.
            _socket.Dispose();
            _socket = null;
        }
    }

    public bool IsActive => _socket is not null;

    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    public void Status(string status) => Send($"STATUS={status}");

    /// <summary>A reload began; systemd wants the monotonic time with it (sd_notify(3), RELOADING=1).</summary>
    public void Reloading() => Send($"RELOADING=1\nMONOTONIC_USEC={Environment.TickCount64 * 1000}");

    public void Stopping() => Send("STOPPING=1");

    public void Watchdog() => Send("WATCHDOG=1");

    public void Dispose() => _socket?.Dispose();

    private void Send(string message)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(message));
        }
        catch (SocketException)
        {
            // systemd is restarting itself; the next message will arrive.
        }
    }
}
