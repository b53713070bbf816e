using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Hosting.Control;

/// <summary>
/// Takes SIGHUP from the first moment on: untaken it ends the process, and the administrator does not know how
/// far the start has come. One that comes before there is a listener is kept.
/// </summary>
public sealed class HangUpSignal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration _registration;
    private Action? _listener;
    private bool _isPending;

    public HangUpSignal() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Take);

    /// <param name="listener">Called for each signal, on another thread, and for one that has come already.</param>
    public void Listen(Action listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        bool isPending;
        lock (_lock)
        {
            _listener = listener;
            (isPending, _isPending) = (_isPending, false);
        }

        // As a signal would: whatever the listener waits for, the start does not.
        if (isPending)
            _ = Task.Run(listener);
    }

    public void Dispose() => _registration.Dispose();

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        Action? listener;
        lock (_lock)
        {
            listener = _listener;
            _isPending |= listener is null;
        }

        listener?.Invoke();
    }
}
