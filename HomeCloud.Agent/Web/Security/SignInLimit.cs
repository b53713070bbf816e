namespace HomeCloud.Agent.Web.Security;

/// <summary>
/// How often one client may try a password: an IPv4 address, or an IPv6 /64. The framework's limiter is not used, because its
/// timer fires ten times a second as long as the process lives; this one needs none.
/// </summary>
internal sealed class SignInLimit(RequestDelegate next, TimeProvider time)
{
    /// <summary>Metadata of endpoints that check a password.</summary>
    public static readonly object Mark = new SignInMark();

    /// <summary>Clients with a count of their own; more than these share one.</summary>
    public const int MostClients = 1024;

    private const int TriesPerWindow = 6;
    private const string Others = "";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Tries> _clients = [];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<SignInMark>() is null || TryTake(ClientGroup.Of(context.Connection.RemoteIpAddress)))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        return Task.CompletedTask;
    }

    /// <returns>Whether this client may try now.</returns>
    internal bool TryTake(string client)
    {
        lock (_lock)
        {
            if (!_clients.TryGetValue(client, out var tries))
            {
                if (_clients.Count >= MostClients)
                    Forget();
                client = _clients.Count < MostClients ? client : Others;
                if (!_clients.TryGetValue(client, out tries))
                    _clients[client] = tries = new Tries { Since = time.GetTimestamp() };
            }

            if (IsOver(tries))
                (tries.Since, tries.Count) = (time.GetTimestamp(), 0);
            return ++tries.Count <= TriesPerWindow;
        }
    }

    private void Forget()
    {
        foreach (var (client, tries) in _clients)
        {
            if (IsOver(tries))
                _clients.Remove(client);
        }
    }

    private bool IsOver(Tries tries) => time.GetElapsedTime(tries.Since) >= Window;

    private sealed class SignInMark;

    private sealed class Tries
    {
        public long Since { get; set; }

        public int Count { get; set; }
    }
}
