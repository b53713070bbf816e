using System.Net.Sockets;
using System.Runtime.InteropServices;
using HomeCloud.Dns.Transport.Native;

namespace HomeCloud.Dns.Transport.Streams;

/// <summary>
/// A TCP connection that has a thread to itself: on that thread reading and writing block in the kernel, which costs half
/// the system calls and half the wake-ups of waiting through the runtime's poller. Once its reader has gone on elsewhere,
/// because it had to wait for something else than the client, it is an ordinary asynchronous stream. Made on its thread.
/// </summary>
/// <remarks>
/// On Linux the two calls are made directly. Whatever does not go well there (an error, an interruption, a socket that a late
/// answer has switched to not blocking) is done over by the runtime, which waits or finds the right words.
/// </remarks>
internal sealed class OwnThreadStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly SafeSocketHandle? _handle = OperatingSystem.IsLinux() ? socket.SafeHandle : null;

    private bool OnOwnThread => Environment.CurrentManagedThreadId == _thread && !Thread.CurrentThread.IsThreadPoolThread;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        OnOwnThread ? new(ReadBlocking(buffer.Span)) : base.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!OnOwnThread)
            return base.WriteAsync(buffer, cancellationToken);
        WriteBlocking(buffer.Span);
        return ValueTask.CompletedTask;
    }

    private int ReadBlocking(Span<byte> buffer)
    {
        var count = _handle is null ? -1 : StreamCalls.Receive(_handle, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length, 0);
        return count >= 0 ? (int)count : Read(buffer);
    }

    private void WriteBlocking(ReadOnlySpan<byte> buffer)
    {
        var sent = _handle is null ? -1 : StreamCalls.Send(_handle, in MemoryMarshal.GetReference(buffer), (nuint)buffer.Length, StreamCalls.NoSignal);
        if (sent < buffer.Length)
            Write(buffer[(int)Math.Max(0, sent)..]);
    }
}
