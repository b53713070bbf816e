namespace HomeCloud.Tests.Dns;

/// <summary>What code allocates on the thread that runs it.</summary>
internal static class Allocations
{
    private const int Windows = 3;

    /// <summary>Octets that <paramref name="run"/> allocates each time it runs.</summary>
    /// <remarks>
    /// The runtime may compile a method anew in the middle, or collect, and count something of that on our thread, once: what the
    /// code itself allocates shows in every window.
    /// </remarks>
    public static long Least(Action run)
    {
        var least = long.MaxValue;
        for (var window = 0; window < Windows && least > 0; window++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
