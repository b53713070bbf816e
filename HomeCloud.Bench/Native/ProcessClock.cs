using System.Runtime.InteropServices;

namespace HomeCloud.Bench.Native;

/// <summary>The CPU time of another process, all its threads, living and dead, in nanoseconds: clock_getcpuclockid(3).</summary>
internal static partial class ProcessClock
{
    // CPUCLOCK_SCHED of a process: the kernel's own numbering, which the C library uses too.
    private const int SchedulerTime = 2;

    /// <returns>0 when there is no such process any more.</returns>
    public static long Nanoseconds(int process) =>
        GetTime((~process << 3) | SchedulerTime, out var time) == 0 ? (time.Seconds * 1_000_000_000) + time.Nanoseconds : 0;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
