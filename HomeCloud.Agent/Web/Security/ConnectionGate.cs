using System.Net;
using Microsoft.AspNetCore.Connections;

namespace HomeCloud.Agent.Web.Security;

/// <summary>
/// Connections cost a file and some memory, so there are at most so many; but idle ones never keep anybody out. When a client
/// (an IPv4 address, an IPv6 /64) or all together have as many as they may, the oldest one without a request under way makes
/// room. A connection whose request is not there yet, or comes one octet a minute, counts as idle. So does one request comes
/// from a stranger: it may take for ever to arrive.
/// </summary>
internal sealed class ConnectionGate(WebOptions options)
{
    /// <summary>Of one client with requests under way: event streams, for instance.</summary>
    public const int MostOfOne = 128;

    public const int Most = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Held> _held = [];
    private readonly Dictionary<string, int> _counts = [];
    private long _sequence;

    /// <summary>For one connection, around all that it does.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (!TryEnter(connection))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(connection.ConnectionId);
        }
    }

    /// <summary>Around one request, once it is known who asks.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.Identity?.IsAuthenticated != true)
        {
            Count(context.Connection.Id, 0);
            await next(context);
            return;
        }

        Count(context.Connection.Id, 1);
        try
        {
            await next(context);
        }
        finally
        {
            Count(context.Connection.Id, -1);
        }
    }

    private bool TryEnter(ConnectionContext connection)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        var client = ClientGroup.Of(address);
        ConnectionContext? leaving = null;
        lock (_lock)
        {
            // A proxy speaks for many; it shares the whole.
            var ofOne = address is not null && options.IsProxy(address) ? Most : MostOfOne;
            if ((_counts.GetValueOrDefault(client) >= ofOne && !TryChoose(client, out leaving)) || (leaving is null && _held.Count >= Most && !TryChoose(null, out leaving)))
                return false;

            if (leaving is not null)
                Forget(leaving.ConnectionId);

            _held[connection.ConnectionId] = new Held(connection, client, _sequence++);
            _counts[client] = _counts.GetValueOrDefault(client) + 1;
        }

        leaving?.Abort();
        return true;
    }

    /// <summary>The idle one that was used longest ago: of one client, or of the client that has most.</summary>
    private bool TryChoose(string? client, out ConnectionContext? chosen)
    {
        chosen = _held.Values
            .Where(held => held.Requests == 0 && (client is null || held.Client == client))
            .OrderByDescending(held => client is null ? _counts[held.Client] : 0)
            .ThenBy(held => held.Used)
            .FirstOrDefault()?.Connection;
        return chosen is not null;
    }

    private void Count(string id, int by)
    {
        lock (_lock)
        {
            if (_held.TryGetValue(id, out var held))
            {
                held.Requests += by;
                held.Used = _sequence++;
            }
        }
    }

    private void Leave(string id)
    {
        lock (_lock)
            Forget(id);
    }

    private void Forget(string id)
    {
        if (_held.Remove(id, out var held) && --_counts[held.Client] == 0)
            _counts.Remove(held.Client);
    }

    private sealed class Held(ConnectionContext connection, string client, long used)
    {
        public ConnectionContext Connection { get; } = connection;

        public string Client { get; } = client;

        public long Used { get; set; } = used;

        public int Requests { get; set; }
    }
}
