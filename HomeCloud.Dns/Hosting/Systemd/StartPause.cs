using System.Globalization;

namespace HomeCloud.Dns.Hosting.Systemd;

/// <summary>
/// Before a start that failed ends, under systemd: a pause that doubles with each failure in a row. The units never give up,
/// and systemd before 254 (Debian 12 has 252) always waits the same second. The count is in the unit's RuntimeDirectory=, and a
/// start that works forgets it. Without systemd there is no pause: a person waits for the line.
/// </summary>
public sealed class StartPause
{
    private const string FileName = "failed-starts";
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private const int MostDoublings = 3;

    private readonly string? _path;

    /// <param name="runtimeDirectory">RUNTIME_DIRECTORY, as systemd sets it; several are separated by colons. Null or empty: no systemd.</param>
    public StartPause(string? runtimeDirectory) =>
        _path = string.IsNullOrEmpty(runtimeDirectory) ? null : Path.Combine(runtimeDirectory.Split(':')[0], FileName);

    public static StartPause FromEnvironment() => new(Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY"));

    /// <summary>Counts one more failure.</summary>
    /// <returns>How long to wait before the end.</returns>
    public TimeSpan Next()
    {
        if (_path is null)
            return TimeSpan.Zero;
        var failed = 0;
        try
        {
            if (File.Exists(_path) && int.TryParse(File.ReadAllText(_path), NumberStyles.None, CultureInfo.InvariantCulture, out var known))
                failed = known;
            File.WriteAllText(_path, (failed + 1).ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without the count each pause is the longest: a log that fills up is worse than a few seconds.
            failed = MostDoublings;
        }

        return First * (1 << Math.Min(failed, MostDoublings));
    }

    /// <summary>A start has worked.</summary>
    public void Forget()
    {
        try
        {
            if (_path is not null)
                File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next failure waits longer than it would have to.
        }
    }

    /// <summary>Waits, unless told to stop meanwhile: systemctl stop and restart need no patience.</summary>
    public static async Task WaitAsync(TimeSpan pause)
    {
        if (pause == TimeSpan.Zero)
            return;
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stopped.TrySetResult();
        });
        await Task.WhenAny(stopped.Task, Task.Delay(pause));
    }
}
