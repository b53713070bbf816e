using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Transport.Native;

internal static partial class ReceiveBatch
{
    /// <summary>MSG_DONTWAIT.</summary>
    public const int DoNotWait = 0x40;

    /// <summary>MSG_WAITFORONE: block for the first datagram only.</summary>
    public const int WaitForOne = 0x10000;

    /// <summary>recvmmsg(2). The timeout argument stays null: it is only looked at after a datagram came.</summary>
    /// <returns>Datagrams received, or -1 with errno in <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static unsafe partial int Invoke(SafeHandle socket, BatchHeader* headers, uint count, int flags, void* timeout);
}
