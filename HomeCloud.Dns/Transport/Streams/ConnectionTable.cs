using System.Runtime.InteropServices;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Transport.Listening;

namespace HomeCloud.Dns.Transport.Streams;

/// <summary>All open connections of all listeners: admits within the limits, closes the late, and ends them at a stop.</summary>
internal sealed class ConnectionTable : IDisposable
{
    /// <summary>Connections that get a thread to themselves; a home seldom has more. All others share the pool.</summary>
    private const int MostThreads = 32;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly Dictionary<ClientConnection, Task> _connections = [];
    private readonly Dictionary<ClientAddress, int> _perClient = [];
    private readonly int _maxConnections;
    private readonly int _maxPerClient;
    private readonly Timer _sweep;
    private int _threads;
    private int _leaving;
    private bool _stopping;
    private bool _disposed;

    public ConnectionTable(ListenOptions options)
    {
        _maxConnections = options.MaxConnections;
        _maxPerClient = options.MaxConnectionsPerClient;
        _sweep = new Timer(_ => Sweep());
    }

    public int Count
    {
        get
        {
            lock (_lock)
                return _connections.Count;
        }
    }

    public int Outstanding
    {
        get
        {
            lock (_lock)
                return _connections.Keys.Sum(connection => connection.Outstanding);
        }
    }

    /// <summary>Runs the connection if the limits allow; closes it otherwise.</summary>
    public void Admit(ClientConnection connection)
    {
        ClientConnection? victim = null;
        lock (_lock)
        {
            ref var ofClient = ref CollectionsMarshal.GetValueRefOrAddDefault(_perClient, Network(connection.Client), out _);
            if (_stopping || ofClient >= _maxPerClient)
            {
                victim = connection;
            }
            else
            {
                if (_connections.Count - _leaving >= _maxConnections)
                    victim = LongestIdle();
                if (victim is not null)
                    Leave(victim);
                if (_connections.Count == 0)
                    _sweep.Change(SweepInterval, SweepInterval);
                _connections.Add(connection, Start(connection));
                ofClient++;
            }
        }

        victim?.Abort();
    }

    /// <summary>Lets every connection finish what it has taken, until <paramref name="grace"/> is over; then closes them.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        Task[] running;
        lock (_lock)
        {
            _stopping = true;
            running = [.. _connections.Values];
            foreach (var connection in _connections.Keys)
                connection.Finish();
        }

        var all = Task.WhenAll(running);
        await Task.WhenAny(all, Task.Delay(grace));
        lock (_lock)
        {
            foreach (var connection in _connections.Keys)
                connection.Abort();
        }

        await all.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        lock (_lock)
            _disposed = true;
        _sweep.Dispose();
    }

    private Task Start(ClientConnection connection)
    {
        if (_threads == MostThreads || !connection.MayBlock)
            return Task.Run(() => RunAsync(connection, ownThread: false));
        try
        {
            var running = Task.Factory.StartNew(() => RunAsync(connection, ownThread: true), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
            _threads++;
            return running;
        }
        catch (Exception exception) when (exception is OutOfMemoryException or TaskSchedulerException)
        {
            // The system gives us no more threads (TasksMax=); the pool has some.
            return Task.Run(() => RunAsync(connection, ownThread: false));
        }
    }

    private async Task RunAsync(ClientConnection connection, bool ownThread)
    {
        try
        {
            await connection.RunAsync(ownThread);
        }
        finally
        {
            lock (_lock)
            {
                if (ownThread)
                    _threads--;
                if (connection.IsLeaving)
                    _leaving--;
                _connections.Remove(connection);
                var network = Network(connection.Client);
                if (--CollectionsMarshal.GetValueRefOrNullRef(_perClient, network) == 0)
                    _perClient.Remove(network);

                // No timer ticks while nobody is connected: an idle server sleeps.
                if (_connections.Count == 0 && !_disposed)
                    _sweep.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Sweep()
    {
        var now = Environment.TickCount64;
        lock (_lock)
        {
            foreach (var connection in _connections.Keys)
            {
                if (!connection.IsLeaving && connection.IsLate(now))
                {
                    Leave(connection);
                    connection.Abort();
                }
            }
        }
    }

    /// <summary>Until its task has noticed, it is still in the table: it must be chosen once only, or there would be one connection too many.</summary>
    private void Leave(ClientConnection connection)
    {
        connection.IsLeaving = true;
        _leaving++;
    }

    /// <summary>A connection that only trickles bytes never completes a query, so it is the first to go.</summary>
    private ClientConnection? LongestIdle()
    {
        ClientConnection? found = null;
        foreach (var connection in _connections.Keys)
        {
            if (!connection.IsLeaving && (found is null || connection.LastQuery < found.LastQuery))
                found = connection;
        }

        return found;
    }

    /// <summary>One IPv6 machine owns a whole /64: it counts as one client.</summary>
    private static ClientAddress Network(ClientAddress client) => client.IsIPv4 ? client : new ClientAddress(client.High, 0);
}
