using System.Net.NetworkInformation;
using HomeCloud.Dns.Transport.Instruments;
using HomeCloud.Dns.Transport.Native;
using HomeCloud.Net.Machine;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace HomeCloud.Dns.Transport;

/// <summary>
/// Tells when interfaces or addresses of this machine have changed, of both families, and what they are now. Changes that
/// come together are told once. On a thread of its own that sleeps in the kernel, beside the workers.
/// </summary>
public sealed class NetworkWatch(ILogger<NetworkWatch> logger) : IDisposable
{
    /// <summary>A new address settles within it, and a storm of changes costs two readings a second.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(500);

    /// <summary>How often we look where the kernel does not tell.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Timer? _settle;
    private Thread? _thread;
    private bool _armed;
    private volatile bool _stopped;

    /// <summary>Called by <see cref="Start"/>, then on a pool thread, one call at a time. May be incomplete: then another one follows.</summary>
    public event Action<MachineReading>? Changed;

    public void Start()
    {
        _settle = new Timer(_ => Tell());
        if (OperatingSystem.IsLinux() && Environment.Is64BitProcess && RouteSocket.TryOpen(LookInterval) is { } socket)
        {
            _thread = new Thread(() => Follow(socket)) { IsBackground = true, Name = "dns network watch" };
            _thread.Start();
        }
        else
        {
            NetworkChange.NetworkAddressChanged += OnAddressChanged;
        }

        // What changed between the first reading and now. At once: a reading leaves garbage, and what the start leaves is freed
        // at its end.
        Tell();
    }

    public void Dispose()
    {
        _stopped = true;
        NetworkChange.NetworkAddressChanged -= OnAddressChanged;
        _settle?.Dispose();
    }

    private void Follow(SafeFileHandle socket)
    {
        // On the stack: a buffer on the heap would be pinned for ever, and the collector could not give back the megabytes that
        // the start used in front of it.
        Span<byte> buffer = stackalloc byte[8192];
        using (socket)
        {
            while (!_stopped)
            {
                var error = RouteSocket.Wait(socket, buffer);
                if (error is 0 or Errno.NoBuffers)
                    Arm(SettleTime);
                else if (error is not (Errno.TryAgain or Errno.Interrupted))
                    break;
            }
        }

        // Never seen; whatever it was, changes are still noticed.
        if (!_stopped)
            NetworkChange.NetworkAddressChanged += OnAddressChanged;
    }

    private void OnAddressChanged(object? sender, EventArgs e) => Arm(SettleTime);

    private void Arm(TimeSpan delay)
    {
        lock (_lock)
        {
            if (_armed || _stopped)
                return;
            _armed = true;
            _settle!.Change(delay, Timeout.InfiniteTimeSpan);
        }
    }

    private void Tell()
    {
        lock (_lock)
            _armed = false;
        try
        {
            var reading = MachineInterfaces.Read();
            if (_stopped)
                return;
            Changed?.Invoke(reading);
            if (!reading.IsComplete)
                Arm(SettleTime);
            else if (_thread is not { IsAlive: true })
                Arm(LookInterval);
        }
        catch (Exception exception)
        {
            // On a pool thread it would end the process, and with it the household's DNS.
            TransportLog.FollowingFailed(logger, exception);
            Arm(LookInterval);
        }
    }
}
