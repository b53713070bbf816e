using System.Runtime.InteropServices;

namespace HomeCloud.Bench.Native;

/// <summary>
/// For what measures on the machine that it measures: a thread that hardly runs, and runs at once when it wants to. Otherwise
/// its own waiting for a processor, which a client on another machine does not know, would count as the server's.
/// </summary>
internal static partial class RealTimeThread
{
    private const int RoundRobin = 2;

    /// <summary>Puts the calling thread before all ordinary ones of the machine; <c>sched_setscheduler(2)</c>.</summary>
    /// <exception cref="InvalidOperationException">The caller is not root.</exception>
    public static void Enter()
    {
        var lowest = 1;
        if (SetScheduler(0, RoundRobin, ref lowest) != 0)
            throw new InvalidOperationException($"sched_setscheduler: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SetScheduler(int thread, int policy, ref int priority);
}
