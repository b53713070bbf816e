using HomeCloud.Dns.Transport.Native;

namespace HomeCloud.Dns.Transport.Instruments;

/// <summary>
/// The clock that queries are answered by: monotonic, and unlike <see cref="Environment.TickCount64"/> it counts the time
/// that the machine slept or, as a virtual machine, was paused. TTLs run on meanwhile.
/// </summary>
public static class BootClock
{
    private static readonly PausedTime Paused = new(TimeProvider.System);

    /// <summary>Of no known origin; never goes back.</summary>
    public static long Milliseconds
    {
        get
        {
            var now = OperatingSystem.IsLinux() ? ClockCall.BootMilliseconds() : Environment.TickCount64;
            return now + Paused.Until(now);
        }
    }
}
