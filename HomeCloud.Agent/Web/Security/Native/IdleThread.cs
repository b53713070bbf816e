using System.Runtime.InteropServices;

namespace HomeCloud.Agent.Web.Security.Native;

/// <summary>SCHED_IDLE of sched(7): a thread that runs only while nobody else wants the processor.</summary>
internal static class IdleThread
{
    private const int SchedIdle = 5;

    /// <summary>For the calling thread. Refused, for instance by a seccomp filter, it runs as any other.</summary>
    public static void BecomeIdle()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var parameter = 0;
        _ = SetScheduler(0, SchedIdle, ref parameter);
    }

    /// <summary>sched_setscheduler(2); the parameter is struct sched_param, whose only member is the priority, 0 for this policy. Thread 0 is the calling one.</summary>
    [DllImport("libc", EntryPoint = "sched_setscheduler")]
    private static extern int SetScheduler(int thread, int policy, ref int parameter);
}
