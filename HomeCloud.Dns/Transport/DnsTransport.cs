using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using HomeCloud.Dns.Serving;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Transport;

/// <summary>All listeners of the server. Without named addresses it follows the machine's own as they come and go.</summary>
public sealed class DnsTransport : IAsyncDisposable
{
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GracePoll = TimeSpan.FromMilliseconds(20);

    private readonly ListenOptions _options;
    private readonly IQueryHandler _handler;
    private readonly IZoneTransfer? _transfers;
    private readonly ILogger _logger;
    private readonly ConnectionTable _connections;
    private readonly Lock _lock = new();
    private readonly List<AddressListener> _listeners = [];
    private readonly Timer _settle;
    private bool _followsMachine;
    private bool _stopped;

    /// <param name="transfers">Asked first on TCP and TLS, for answers of several messages; null when there are none.</param>
    public DnsTransport(ListenOptions options, IQueryHandler handler, ILogger<DnsTransport> logger, IZoneTransfer? transfers = null)
    {
        _transfers = transfers;
        _options = options;
        _handler = handler;
        _logger = logger;
        _connections = new ConnectionTable(options);
        _settle = new Timer(_ => FollowMachine());
    }

    /// <summary>Where the server listens now, ports filled in.</summary>
    public IReadOnlyList<IPEndPoint> Addresses
    {
        get
        {
            lock (_lock)
                return [.. _listeners.Select(listener => listener.Local)];
        }
    }

    public int OpenConnections => _connections.Count;

    /// <summary>Counters of all UDP workers that run now.</summary>
    public IReadOnlyList<TransportCounters> UdpCounters
    {
        get
        {
            lock (_lock)
                return [.. _listeners.SelectMany(listener => listener.UdpCounters)];
        }
    }

    /// <summary>Counters of all TCP and TLS listeners that run now.</summary>
    public IReadOnlyList<TransportCounters> StreamCounters
    {
        get
        {
            lock (_lock)
                return [.. _listeners.Select(listener => listener.StreamCounters)];
        }
    }

    /// <param name="tls">How to greet clients of the TLS addresses; null when there are none.</param>
    /// <exception cref="ListenException">An address cannot be had; nothing is left open.</exception>
    public void Start(SslServerAuthenticationOptions? tls = null)
    {
        lock (_lock)
        {
            try
            {
                if (_options.Addresses.Count == 0)
                    OpenAutomatic();
                foreach (var text in _options.Addresses)
                    _listeners.Add(Open(Parse(text, ListenOptions.DnsPort), null));
                foreach (var text in _options.TlsAddresses)
                    _listeners.Add(Open(Parse(text, ListenOptions.TlsPort), tls ?? throw new ListenException("DNS over TLS needs a certificate")));
            }
            catch
            {
                CloseAll();
                throw;
            }

            foreach (var listener in _listeners)
                listener.Start();
        }
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
            listeners = [.. _listeners];
        }

        if (_followsMachine)
            NetworkChange.NetworkAddressChanged -= OnAddressChanged;

        var deadline = Environment.TickCount64 + (long)_options.StopGrace.TotalMilliseconds;
        await Task.WhenAll(listeners.Select(listener => listener.StopReceivingAsync())).ConfigureAwait(false);
        var streams = _connections.StopAsync(_options.StopGrace);
        while (listeners.Sum(listener => listener.Outstanding) > 0 && Environment.TickCount64 < deadline)
            await Task.Delay(GracePoll).ConfigureAwait(false);
        await streams.ConfigureAwait(false);

        var left = listeners.Sum(listener => listener.Outstanding) + _connections.Outstanding;
        if (left > 0)
            TransportLog.StoppedWithOutstanding(_logger, left);
        lock (_lock)
            CloseAll();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _settle.DisposeAsync().ConfigureAwait(false);
        _connections.Dispose();
    }

    private static IPEndPoint Parse(string text, int defaultPort) => ListenAddress.TryParse(text, defaultPort, out var endPoint)
        ? endPoint
        : throw new ListenException($"'{text}' is not ADDRESS:PORT, such as 192.168.1.5:53 or [::1]:53");

    private AddressListener Open(IPEndPoint local, SslServerAuthenticationOptions? tls) =>
        AddressListener.Open(local, _options, _handler, _transfers, tls, _connections, _logger);

    private void OpenAutomatic()
    {
        ListenException? last = null;
        foreach (var address in LocalAddresses.ToListenOn())
            last = TryAdd(address) ?? last;

        if (_listeners.Count == 0)
            throw last ?? new ListenException("this machine has no private address to listen on; name one with --listen");

        _followsMachine = true;
        NetworkChange.NetworkAddressChanged += OnAddressChanged;
    }

    private ListenException? TryAdd(IPAddress address)
    {
        var local = new IPEndPoint(address, ListenOptions.DnsPort);
        try
        {
            _listeners.Add(Open(local, null));
            return null;
        }
        catch (ListenException exception)
        {
            TransportLog.AddressSkipped(_logger, local, exception.Message);
            return exception;
        }
    }

    private void OnAddressChanged(object? sender, EventArgs e) => _settle.Change(SettleTime, Timeout.InfiniteTimeSpan);

    private void FollowMachine()
    {
        lock (_lock)
        {
            if (_stopped)
                return;

            var wanted = LocalAddresses.ToListenOn();
            foreach (var gone in _listeners.Where(listener => listener.Local.Port == ListenOptions.DnsPort && !wanted.Contains(listener.Local.Address)).ToList())
            {
                TransportLog.AddressGone(_logger, gone.Local);
                _listeners.Remove(gone);
                gone.Dispose();
            }

            foreach (var address in wanted.Where(address => !_listeners.Any(listener => listener.Local.Equals(new IPEndPoint(address, ListenOptions.DnsPort)))))
            {
                if (TryAdd(address) is null)
                    _listeners[^1].Start();
            }
        }
    }

    private void CloseAll()
    {
        foreach (var listener in _listeners)
            listener.Dispose();
        _listeners.Clear();
    }
}
