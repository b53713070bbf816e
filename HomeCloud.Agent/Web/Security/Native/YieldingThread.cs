using System.Runtime.InteropServices;

namespace HomeCloud.Agent.Web.Security.Native;

/// <summary>
/// A thread that gives way: SCHED_BATCH of sched(7) interrupts nobody who wakes up, and nice 10 has a tenth of an ordinary
/// thread's weight. Not SCHED_IDLE: beside a program that uses every processor, it would not run for minutes.
/// </summary>
internal static class YieldingThread
{
    internal const int Batch = 3;
    internal const int Nice = 10;
    private const int ThisThread = 0;
    private const int PriorityOfThread = 0; // PRIO_PROCESS, which on Linux is a thread

    /// <summary>For the calling thread. Refused, for instance by a seccomp filter, it runs as any other.</summary>
    public static void Begin()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var parameter = 0;
        _ = SetScheduler(ThisThread, Batch, ref parameter);
        _ = SetPriority(PriorityOfThread, ThisThread, Nice);
    }

    /// <summary>sched_setscheduler(2); the parameter is struct sched_param, whose only member is the priority, 0 for this policy.</summary>
    [DllImport("libc", EntryPoint = "sched_setscheduler")]
    private static extern int SetScheduler(int thread, int policy, ref int parameter);

    /// <summary>setpriority(2).</summary>
    [DllImport("libc", EntryPoint = "setpriority")]
    private static extern int SetPriority(int which, int thread, int nice);
}
