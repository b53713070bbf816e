using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HomeCloud.Bench.Native;

namespace HomeCloud.Bench.Starts;

/// <summary>Listens to an engine's start events on a thread of its own, and only notes when each came.</summary>
internal sealed class EventWatch : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentDictionary<string, (long At, TimeSpan Took)> _starts = new();
    private readonly Thread _thread;

    public EventWatch(string path)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        // By HTTP/1.0 the engine sends plain lines.
        _socket.Send(Encoding.ASCII.GetBytes($"GET /events?filters={Uri.EscapeDataString("""{"type":["container"],"event":["start"]}""")} HTTP/1.0\r\nHost: docker\r\n\r\n"));
        _thread = new Thread(Listen) { IsBackground = true, Name = "events" };
        _thread.Start();
    }

    /// <summary>The start of this container: when its event came, and how long it was under way.</summary>
    /// <exception cref="TimeoutException">It did not come.</exception>
    public async Task<(long At, TimeSpan Took)> TakeAsync(string container)
    {
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(10); await Task.Delay(1))
        {
            if (_starts.TryRemove(container, out var start))
                return start;
        }

        throw new TimeoutException($"The engine sent no start event of {container}.");
    }

    public void Dispose()
    {
        _socket.Shutdown(SocketShutdown.Both);
        _thread.Join();
        _socket.Dispose();
    }

    private void Listen()
    {
        RealTimeThread.Enter();
        using var stream = new NetworkStream(_socket);
        using var lines = new StreamReader(stream);
        while (lines.ReadLine() is { } line)
        {
            var (at, now) = (Stopwatch.GetTimestamp(), DateTime.UtcNow);
            if (!line.StartsWith('{'))
                continue;
            using var document = JsonDocument.Parse(line);
            var name = document.RootElement.GetProperty("Actor").GetProperty("Attributes").GetProperty("name").GetString()!;
            var made = DateTime.UnixEpoch.AddTicks(document.RootElement.GetProperty("timeNano").GetInt64() / TimeSpan.NanosecondsPerTick);
            _starts[name] = (at, now - made);
        }
    }
}
