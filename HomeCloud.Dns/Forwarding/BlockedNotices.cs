namespace HomeCloud.Dns.Forwarding;

/// <summary>Says each thing about dropped addresses once an hour: a browser asks for the same blocked name all day.</summary>
internal sealed class BlockedNotices(TimeProvider time)
{
    private const int MaxSubjects = 500;

    private static readonly TimeSpan Quiet = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _said = new(StringComparer.Ordinal);

    /// <returns>True when it is to be said now.</returns>
    public bool IsDue(string subject)
    {
        lock (_lock)
        {
            if (_said.TryGetValue(subject, out var at) && time.GetElapsedTime(at) < Quiet)
                return false;
            if (_said.Count >= MaxSubjects)
                _said.Clear();
            _said[subject] = time.GetTimestamp();
            return true;
        }
    }
}
