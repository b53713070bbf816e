using System.Buffers;
using HomeCloud.Dns.Serving.Access;

namespace HomeCloud.Dns.Serving;

/// <summary>
/// Queries for names whose servers are being woken. Each is answered when its server is there, or when the client has waited long
/// enough, from the zones as they are then. Bounded, in all and for each client: beyond that, answers are not held.
/// </summary>
internal sealed class HeldAnswers(TimeProvider time, ServingClock clock)
{
    /// <summary>Stubs ask again after a second at the earliest, and most wait five (resolv.conf(5)).</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(2);

    private const int Most = 1024;
    private const int MostPerClient = 64;
    private const int BufferSize = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<ClientAddress, int> _clients = [];
    private int _count;

    /// <summary>Writes the answer at its time.</summary>
    /// <param name="buffer">Begins with the query; the answer replaces it.</param>
    /// <param name="queryLength">Its octets.</param>
    /// <param name="context">As it came, with the time of now.</param>
    /// <param name="problem">Why the server is not there; null when it is, or nobody knows.</param>
    /// <returns>Octets of the answer; 0 for none.</returns>
    public delegate int Answer(Span<byte> buffer, int queryLength, scoped in QueryContext context, string? problem);

    /// <returns>False when it is not held: answer it now.</returns>
    public bool TryHold(ReadOnlySpan<byte> query, scoped in QueryContext context, Task<string?> call, Answer answer)
    {
        if (query.Length > BufferSize || !TryEnter(context.Client))
            return false;
        IReplyPath? path = null;
        try
        {
            path = context.Replies.CaptureReplyPath();
            _ = RunAsync(new Held(query.ToArray(), path, context.Client, context.Local, context.Transport), call, answer);
            return true;
        }
        catch
        {
            path?.Abandon();
            Leave(context.Client);
            throw;
        }
    }

    private async Task RunAsync(Held held, Task<string?> call, Answer answer)
    {
        string? problem = null;
        try
        {
            problem = await call.WaitAsync(LongestHold, time);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // Still on its way: the client's own connection will find it, or come again.
            problem = null;
        }
        catch (Exception exception)
        {
            problem = exception.Message;
        }
        finally
        {
            Leave(held.Client);
        }

        Send(held, problem, answer);
    }

    private void Send(Held held, string? problem, Answer answer)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var isSent = false;
        try
        {
            held.Query.CopyTo(buffer, 0);
            var context = new QueryContext
            {
                Client = held.Client,
                Local = held.Local,
                Transport = held.Transport,
                NowMilliseconds = clock.Milliseconds(),
                Replies = NoMoreReplies.Instance,
            };
            var length = answer(buffer, held.Query.Length, context, problem);
            if (length > 0)
            {
                // Sending uses the path up, whatever comes of it.
                isSent = true;
                held.Path.Send(buffer.AsSpan(0, length));
            }
        }
        finally
        {
            if (!isSent)
                held.Path.Abandon();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool TryEnter(ClientAddress client)
    {
        lock (_lock)
        {
            _clients.TryGetValue(client, out var held);
            if (_count >= Most || held >= MostPerClient)
                return false;
            _clients[client] = held + 1;
            _count++;
            return true;
        }
    }

    private void Leave(ClientAddress client)
    {
        lock (_lock)
        {
            _count--;
            if (_clients.TryGetValue(client, out var held) && held > 1)
                _clients[client] = held - 1;
            else
                _clients.Remove(client);
        }
    }

    private sealed record Held(byte[] Query, IReplyPath Path, ClientAddress Client, ClientAddress Local, QueryTransport Transport);

    /// <summary>An answer that was held is not deferred a second time.</summary>
    private sealed class NoMoreReplies : IReplySource
    {
        public static NoMoreReplies Instance { get; } = new();

        public IReplyPath CaptureReplyPath() => throw new InvalidOperationException("A held answer cannot be deferred.");
    }
}
