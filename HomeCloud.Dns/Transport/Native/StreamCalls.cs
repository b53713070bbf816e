using System.Runtime.InteropServices;

namespace HomeCloud.Dns.Transport.Native;

/// <summary>What a thread that waits for one TCP client calls, without the layers of <see cref="System.Net.Sockets.Socket"/>.</summary>
internal static partial class StreamCalls
{
    /// <summary>MSG_NOSIGNAL: a client that went away is an error, not a SIGPIPE.</summary>
    public const int NoSignal = 0x4000;

    /// <summary>recv(2).</summary>
    /// <returns>Octets received, 0 at the end of the stream; -1 on an error, an interruption, or when the socket does not block.</returns>
    [LibraryImport("libc", EntryPoint = "recv")]
    public static partial nint Receive(SafeHandle socket, ref byte buffer, nuint length, int flags);

    /// <summary>send(2).</summary>
    /// <returns>Octets sent; -1 when none were.</returns>
    [LibraryImport("libc", EntryPoint = "send")]
    public static partial nint Send(SafeHandle socket, ref readonly byte buffer, nuint length, int flags);
}
