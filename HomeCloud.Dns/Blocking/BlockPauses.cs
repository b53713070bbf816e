using HomeCloud.Net.Localization;

namespace HomeCloud.Dns.Blocking;

/// <summary>Who is not blocked for a while. In memory only: a restart blocks again.</summary>
internal sealed class BlockPauses(TimeProvider time)
{
    /// <summary>Stands for everybody.</summary>
    public const string Everybody = "";

    private const int MaxDevices = 256;

    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private readonly Dictionary<string, (long Begun, TimeSpan Length)> _pauses = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _lock = new();

    /// <returns>Null, or what is wrong.</returns>
    public Phrase? Pause(string device, TimeSpan length)
    {
        if (length < TimeSpan.FromSeconds(1) || length > Longest)
            return "a pause lasts from a second to a day (example: 5m)";
        lock (_lock)
        {
            if (!_pauses.ContainsKey(device) && _pauses.Count >= MaxDevices)
                return $"{MaxDevices} devices have a pause already";
            _pauses[device] = (time.GetTimestamp(), length);
            return null;
        }
    }

    /// <param name="device">Null: all of them.</param>
    /// <returns>How many ended.</returns>
    public int Resume(string? device)
    {
        lock (_lock)
        {
            var count = device is null ? _pauses.Count : _pauses.Remove(device) ? 1 : 0;
            if (device is null)
                _pauses.Clear();
            return count;
        }
    }

    /// <summary>Those that are not over, with what is left of them.</summary>
    public IReadOnlyList<(string Device, TimeSpan Left)> Running()
    {
        lock (_lock)
        {
            foreach (var (device, pause) in _pauses)
            {
                if (time.GetElapsedTime(pause.Begun) >= pause.Length)
                    _pauses.Remove(device);
            }

            return [.. _pauses.Select(pause => (pause.Key, pause.Value.Length - time.GetElapsedTime(pause.Value.Begun))).OrderBy(pause => pause.Key, StringComparer.Ordinal)];
        }
    }
}
