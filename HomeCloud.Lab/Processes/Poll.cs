using System.Diagnostics;

namespace HomeCloud.Lab.Processes;

public static class Poll
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    /// <returns>False when <paramref name="limit"/> passed first.</returns>
    public static async Task<bool> UntilAsync(Func<Task<bool>> condition, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await condition())
                return true;
            if (Stopwatch.GetElapsedTime(started) > limit)
                return false;
            await Task.Delay(Pause, cancellationToken);
        }
    }

    public static Task<bool> UntilAsync(Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken = default) =>
        UntilAsync(() => Task.FromResult(condition()), limit, cancellationToken);
}
