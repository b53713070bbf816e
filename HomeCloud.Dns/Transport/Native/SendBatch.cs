using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Transport.Native;

internal static partial class SendBatch
{
    /// <summary>sendmmsg(2).</summary>
    /// <returns>Datagrams sent; -1 with errno when the first could not be sent.</returns>
    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static unsafe partial int Invoke(SafeHandle socket, BatchHeader* headers, uint count, int flags);
}
