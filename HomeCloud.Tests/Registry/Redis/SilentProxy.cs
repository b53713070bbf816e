using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>A way to a server that can forget the connections it has, as a router does: they stay open, and nothing passes any more.</summary>
internal sealed class SilentProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Flow> _flows = new();
    private readonly Task _accepting;
    private readonly int _port;

    public SilentProxy(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Forgets the flows over which one of these words was sent to the server; all, without a word.</summary>
    /// <returns>How many.</returns>
    public int Forget(string? word = null)
    {
        var forgotten = _flows.Where(flow => !flow.IsSilent && (word is null || flow.Sent.Any(text => text.Contains(word, StringComparison.Ordinal)))).ToList();
        forgotten.ForEach(flow => flow.IsSilent = true);
        return forgotten.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach (var flow in _flows)
        {
            flow.Client.Dispose();
            flow.Server.Dispose();
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                var flow = new Flow(client, server);
                _flows.Enqueue(flow);
                await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                _ = PassAsync(flow, client, server);
                _ = PassAsync(flow, server, client);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                continue;
            }
        }
    }

    private async Task PassAsync(Flow flow, Socket from, Socket to)
    {
        var buffer = new byte[16384];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
            {
                if (from == flow.Client)
                    flow.Sent.Enqueue(System.Text.Encoding.Latin1.GetString(buffer, 0, count));
                if (flow.IsSilent)
                    continue;
                await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
            }

            if (!flow.IsSilent)
                to.Dispose();
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            if (!flow.IsSilent)
                to.Dispose();
        }
    }

    private sealed record Flow(Socket Client, Socket Server)
    {
        public ConcurrentQueue<string> Sent { get; } = new();

        public volatile bool IsSilent;
    }
}
