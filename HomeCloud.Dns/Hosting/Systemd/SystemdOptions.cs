namespace HomeCloud.Dns.Hosting.Systemd;

/// <summary>What systemd tells a service of its kind: see sd_notify(3) and sd_watchdog_enabled(3).</summary>
public sealed class SystemdOptions
{
    /// <summary>Null when not run by systemd. A leading <c>@</c> means the abstract namespace.</summary>
    public string? NotifySocket { get; set; }

    /// <summary>Half of systemd's watchdog time, at which to say that all is well; null when there is no watchdog for this process.</summary>
    public TimeSpan? WatchdogInterval { get; set; }

    public static SystemdOptions FromEnvironment()
    {
        var pid = Environment.GetEnvironmentVariable("WATCHDOG_PID");
        var mine = pid is null || pid == Environment.ProcessId.ToString();
        return new SystemdOptions
        {
            NotifySocket = Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
            WatchdogInterval = mine && long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), out var microseconds) && microseconds > 0
                ? TimeSpan.FromMicroseconds(microseconds / 2)
                : null,
        };
    }
}
