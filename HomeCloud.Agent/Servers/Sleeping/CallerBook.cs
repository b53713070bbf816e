using System.Net;

namespace HomeCloud.Agent.Servers.Sleeping;

/// <summary>
/// Devices that call and then do not come. A router that looks around, or a program that resolves every name each minute, wakes a
/// server twice in vain; then it must wait, ever longer. One that keeps calling, as a device does that wants to connect, is let through.
/// </summary>
/// <remarks>Safe for concurrent use. In memory only, and bounded.</remarks>
internal sealed class CallerBook(TimeProvider time)
{
    private const int MostCallers = 4096;

    /// <summary>A first call for nothing is forgiven.</summary>
    private const int Forgiven = 1;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(12);

    /// <summary>A neighbour is asked for three times, a second apart, before it counts as away (RFC 4861 §10, and Linux for ARP).</summary>
    private const int Persistent = 3;
    private static readonly TimeSpan PersistenceTime = TimeSpan.FromSeconds(5);

    /// <summary>A person who tries again does so sooner than a program that looks each minute.</summary>
    private static readonly TimeSpan RetryTime = TimeSpan.FromSeconds(40);

    /// <summary>A and AAAA are one try.</summary>
    private static readonly TimeSpan OneTry = TimeSpan.FromMilliseconds(400);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Server, IPAddress Caller), Calls> _callers = [];

    /// <summary>Whether this call may wake the server.</summary>
    /// <param name="server">Container id.</param>
    /// <param name="caller">The device.</param>
    /// <param name="isPacket">A packet for its address, not a question for its name.</param>
    public bool MayCall(string server, IPAddress caller, bool isPacket)
    {
        lock (_lock)
        {
            if (!_callers.TryGetValue((server, caller), out var calls) || calls.InVain <= Forgiven || time.GetElapsedTime(calls.Since) >= Pause(calls.InVain))
                return true;
            var now = time.GetTimestamp();
            var (within, tries) = isPacket ? (PersistenceTime, calls.Packets) : (RetryTime, calls.Names);
            if (tries.Count == 0 || time.GetElapsedTime(tries.First, now) > within)
                (tries.First, tries.Count, tries.Last) = (now, 1, now);
            else if (time.GetElapsedTime(tries.Last, now) >= OneTry)
                (tries.Count, tries.Last) = (tries.Count + 1, now);
            return tries.Count >= Persistent;
        }
    }

    /// <summary>The server fell asleep again, and nobody had come since the device woke it.</summary>
    public void InVain(string server, IPAddress caller)
    {
        lock (_lock)
        {
            if (_callers.Count >= MostCallers)
                _callers.Remove(_callers.MinBy(pair => pair.Value.Since).Key);
            if (!_callers.TryGetValue((server, caller), out var calls))
                _callers[(server, caller)] = calls = new Calls();
            calls.InVain++;
            calls.Since = time.GetTimestamp();
        }
    }

    /// <summary>A caller came.</summary>
    public void Came(string server, IPAddress caller)
    {
        lock (_lock)
            _callers.Remove((server, caller));
    }

    private static TimeSpan Pause(int inVain) => TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(inVain - Forgiven - 1, 10)));

    private sealed class Calls
    {
        public int InVain { get; set; }

        /// <summary>Timestamp of the last time.</summary>
        public long Since { get; set; }

        public Tries Packets { get; } = new();

        public Tries Names { get; } = new();
    }

    private sealed class Tries
    {
        public long First { get; set; }

        public long Last { get; set; }

        public int Count { get; set; }
    }
}
