using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Transport.Native;

/// <summary>clock_gettime(2), for the one clock that .NET does not read.</summary>
internal static unsafe class ClockCall
{
    /// <summary>CLOCK_BOOTTIME: monotonic, and it counts the time that the machine is suspended.</summary>
    private const int BootTime = 7;

    // Found in the whole program rather than in libc, so that a preloaded library tells this clock as it tells the runtime's.
    // Invariant: libc has the function on every Linux, and it writes nothing but the struct.
    private static readonly delegate* unmanaged<int, TimeSpecification*, int> GetTime =
        (delegate* unmanaged<int, TimeSpecification*, int>)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "clock_gettime");

    /// <summary>Milliseconds since the machine was started.</summary>
    public static long BootMilliseconds()
    {
        TimeSpecification time;
        return GetTime(BootTime, &time) == 0 ? (time.Seconds * 1_000) + (time.Nanoseconds / 1_000_000) : Environment.TickCount64;
    }

    /// <summary><c>struct timespec</c> of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
