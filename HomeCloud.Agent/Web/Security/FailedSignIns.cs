using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Web.Security;

/// <summary>
/// Wrong passwords in the history, so few lines of them that nothing else is pushed out: the first from a client (an IPv4 address,
/// an IPv6 /64) at once, all others of it within the hour as one line at its end; and so many clients, the rest as one line together.
/// </summary>
public sealed class FailedSignIns(HistoryLog history, TimeProvider time) : IDisposable
{
    /// <summary>Clients that have lines of their own within an hour.</summary>
    public const int MostClients = 20;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Tries> _clients = [];
    private int _others;
    private ITimer? _end;

    /// <param name="client">Whose tries are counted together.</param>
    /// <param name="by">The client, as the history names it.</param>
    public void Add(string client, string by)
    {
        lock (_lock)
        {
            _end ??= time.CreateTimer(_ => End(), null, Window, Timeout.InfiniteTimeSpan);
            if (_clients.TryGetValue(client, out var tries))
            {
                tries.More++;
                return;
            }

            if (_clients.Count == MostClients)
            {
                _others++;
                return;
            }

            _clients.Add(client, new Tries(by));
        }

        history.Add(HistoryKind.SignInFailed, "", by);
    }

    public void Dispose() => End();

    private void End()
    {
        List<(string By, string Detail)> lines;
        lock (_lock)
        {
            lines = [.. _clients.Values.Where(tries => tries.More > 0).Select(tries => (tries.By, $"{tries.More} more within an hour"))];
            if (_others > 0)
                lines.Add(("web from other addresses", $"{_others} within an hour"));

            _clients.Clear();
            _others = 0;
            _end?.Dispose();
            _end = null;
        }

        foreach (var (by, detail) in lines)
            history.Add(HistoryKind.SignInFailed, "", by, detail);
    }

    private sealed class Tries(string by)
    {
        public string By { get; } = by;

        public int More { get; set; }
    }
}
