using System.Net.Sockets;

namespace HomeCloud.Dns.Transport;

/// <summary>
/// A TCP connection that has a thread to itself: on that thread reading and writing block in the kernel, which costs half
/// the system calls and half the wake-ups of waiting through the runtime's poller. Once its reader has gone on elsewhere,
/// because it had to wait for something else than the client, it is an ordinary asynchronous stream. Made on its thread.
/// </summary>
internal sealed class OwnThreadStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private readonly int _thread = Environment.CurrentManagedThreadId;

    private bool OnOwnThread => Environment.CurrentManagedThreadId == _thread && !Thread.CurrentThread.IsThreadPoolThread;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        OnOwnThread ? new(Read(buffer.Span)) : base.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!OnOwnThread)
            return base.WriteAsync(buffer, cancellationToken);
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }
}
