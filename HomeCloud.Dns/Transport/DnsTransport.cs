using System.Net;
using System.Net.Security;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Transport.Instruments;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Dns.Transport.Streams;
using HomeCloud.Net.Machine;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport;

/// <summary>
/// All listeners of the server. Without named addresses it follows the machine's own as they come and go; a named one that is
/// not there, and a port that another program holds, is taken as soon as it can be.
/// </summary>
public sealed class DnsTransport : IAsyncDisposable
{
    /// <summary>Between tries while an address is missing; after the first minute nobody waits for it in front of a screen.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PatientRetryInterval = TimeSpan.FromSeconds(5);
    private const int QuickRetries = 60;

    private static readonly TimeSpan GracePoll = TimeSpan.FromMilliseconds(20);

    private readonly ListenOptions _options;
    private readonly IQueryHandler _handler;
    private readonly IZoneTransfer? _transfers;
    private readonly ILogger _logger;
    private readonly ConnectionTable _connections;
    private readonly Lock _lock = new();
    private readonly ListenerSet _listeners;
    private readonly ITimer _retry;
    private SslServerAuthenticationOptions? _tls;
    private MachineReading _machine = MachineReading.Nothing;
    private int _retries;
    private bool _started;
    private bool _stopped;

    /// <param name="transfers">Asked first on TCP and TLS, for answers of several messages; null when there are none.</param>
    /// <param name="time">Counts the pauses between tries; null for the system's.</param>
    public DnsTransport(ListenOptions options, IQueryHandler handler, ILogger<DnsTransport> logger, IZoneTransfer? transfers = null, TimeProvider? time = null)
        : this(options, handler, logger, transfers, time ?? TimeProvider.System, null, LocalAddresses.IsHere)
    {
    }

    /// <param name="bindAs">Which address stands in for one that is wanted, or an exception, as if the machine had or lacked it; null: the one that is wanted.</param>
    internal DnsTransport(
        ListenOptions options, IQueryHandler handler, ILogger logger, IZoneTransfer? transfers, TimeProvider time, Func<IPEndPoint, IPEndPoint>? bindAs, Func<IPAddress, bool> isHere)
    {
        _transfers = transfers;
        _options = options;
        _handler = handler;
        _logger = logger;
        _connections = new ConnectionTable(options);
        _listeners = new ListenerSet(
            target => AddressListener.Open(bindAs?.Invoke(target.Local) ?? target.Local, target.IsShared, _options, _handler, _transfers, target.IsTls ? _tls : null, _connections, _logger),
            isHere,
            logger);
        _retry = time.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where the server listens now, ports filled in.</summary>
    public IReadOnlyList<IPEndPoint> Addresses
    {
        get
        {
            lock (_lock)
                return [.. _listeners.Open.Select(listener => listener.Local)];
        }
    }

    /// <summary>Where it is to listen and does not, and why.</summary>
    public IReadOnlyList<MissingAddress> Missing
    {
        get
        {
            lock (_lock)
                return _listeners.Missing;
        }
    }

    public int OpenConnections => _connections.Count;

    /// <summary>Counters of all UDP workers that run now.</summary>
    public IReadOnlyList<TransportCounters> UdpCounters
    {
        get
        {
            lock (_lock)
                return [.. _listeners.Open.SelectMany(listener => listener.UdpCounters)];
        }
    }

    /// <summary>Counters of all TCP and TLS listeners that run now.</summary>
    public IReadOnlyList<TransportCounters> StreamCounters
    {
        get
        {
            lock (_lock)
                return [.. _listeners.Open.Select(listener => listener.StreamCounters)];
        }
    }

    /// <param name="tls">How to greet clients of the TLS addresses; null when there are none.</param>
    /// <exception cref="ListenException">Time will not mend it, or there is nothing left to listen on; nothing is left open.</exception>
    public void Start(SslServerAuthenticationOptions? tls = null)
    {
        if (_options.TlsAddresses.Count > 0 && tls is null)
            throw new ListenException("DNS over TLS needs a certificate");
        lock (_lock)
        {
            _tls = tls;
            _machine = MachineInterfaces.Read();
            try
            {
                _listeners.Begin(ListenTarget.Wanted(_options, _machine));
            }
            catch
            {
                Close(_listeners.Clear());
                throw;
            }

            _listeners.Start();
            _started = true;
            ArmRetry();
        }
    }

    /// <summary>Takes over what the machine's addresses are now.</summary>
    public void Follow(MachineReading machine)
    {
        lock (_lock)
        {
            // What an incomplete reading does not list may still be there, and is not closed.
            _machine = machine;
            _retries = 0;
        }

        Retry();
    }

    /// <summary>Stops receiving, answers what was taken (waiting for upstreams at most the grace period), closes.</summary>
    public async Task StopAsync()
    {
        AddressListener[] listeners;
        lock (_lock)
        {
            if (_stopped)
                return;
            _stopped = true;
            listeners = [.. _listeners.Open];
        }

        var deadline = Environment.TickCount64 + (long)_options.StopGrace.TotalMilliseconds;
        await Task.WhenAll(listeners.Select(listener => listener.StopReceivingAsync()));
        var streams = _connections.StopAsync(_options.StopGrace);
        while (listeners.Sum(listener => listener.Outstanding) > 0 && Environment.TickCount64 < deadline)
            await Task.Delay(GracePoll);
        await streams;

        var left = listeners.Sum(listener => listener.Outstanding) + _connections.Outstanding;
        if (left > 0)
            TransportLog.StoppedWithOutstanding(_logger, left);
        lock (_lock)
            Close(_listeners.Clear());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _retry.DisposeAsync();
        _connections.Dispose();
    }

    private void Retry()
    {
        IReadOnlyList<AddressListener> closed = [];
        try
        {
            lock (_lock)
            {
                if (_stopped || !_started)
                    return;
                closed = _listeners.Follow(ListenTarget.Wanted(_options, _machine), _machine.IsComplete);
                ArmRetry();
            }
        }
        catch (Exception exception)
        {
            // On a pool thread it would end the process, and with it the household's DNS.
            TransportLog.FollowingFailed(_logger, exception);
            _retry.Change(PatientRetryInterval, Timeout.InfiniteTimeSpan);
        }

        Close(closed);
    }

    // No timer ticks while all is well: an idle server sleeps.
    private void ArmRetry()
    {
        if (_listeners.IsIncomplete)
            _retry.Change(_retries++ < QuickRetries ? RetryInterval : PatientRetryInterval, Timeout.InfiniteTimeSpan);
    }

    private static void Close(IReadOnlyList<AddressListener> listeners)
    {
        foreach (var listener in listeners)
            listener.Dispose();
    }
}
