using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Telemetry;

/// <summary>
/// A part of the server that DNS does without: one that fails is named once and begun again after a pause that grows, and
/// neither ends nor slows what clients wait for.
/// </summary>
public abstract partial class OptionalService(ILogger logger, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    protected TimeProvider Time { get; } = time;

    /// <summary>For the log: "The {Part} has failed".</summary>
    protected abstract string Part { get; }

    /// <summary>Runs until the end of the process. Whatever it throws is taken for a failure of this part.</summary>
    protected abstract Task RunAsync(CancellationToken stoppingToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        string? said = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = Time.GetTimestamp();
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                if (Time.GetElapsedTime(began) > LongestPause)
                    (pause, said) = (FirstPause, null);
                if (said != problem.Message)
                    LogFailed(logger, Part, problem.Message, IsExpected(problem) ? null : problem);
                said = problem.Message;
            }

            await Task.Delay(pause, Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>The message says it all: a port is taken, a disk is full. Of anything else the log shows where it happened.</summary>
    private static bool IsExpected(Exception problem) => problem is System.Net.Sockets.SocketException or IOException or UnauthorizedAccessException;

    [LoggerMessage(LogLevel.Error, "The {Part} failed: {Reason}. Names are still answered; retrying until it works.")]
    private static partial void LogFailed(ILogger logger, string part, string reason, Exception? exception);
}
