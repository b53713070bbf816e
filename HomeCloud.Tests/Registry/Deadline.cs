using System.Diagnostics;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Registry;

/// <summary>Waits for conditions by asking again until a generous deadline; never for a fixed time.</summary>
internal static class Deadline
{
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    public static CancellationToken Token => new CancellationTokenSource(Generous).Token;

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
        {
            watch.Elapsed.Should().BeLessThan(Generous, what);
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Follows until a snapshot fulfils the condition, and gives it.</summary>
    public static async Task<RegistrySnapshot> FollowUntilAsync(this IRegistryReader reader, Func<RegistrySnapshot, bool> condition)
    {
        await foreach (var update in reader.WatchAsync(Token))
        {
            if (condition(update.Snapshot))
                return update.Snapshot;
        }

        throw new InvalidOperationException("The registry was disposed while it was followed.");
    }
}
