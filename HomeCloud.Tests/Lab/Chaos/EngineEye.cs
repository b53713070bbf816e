using System.Collections.Concurrent;
using System.Text.Json;
using HomeCloud.Lab.Engine;
using HomeCloud.Net.Machine;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>Sees through the engine's own socket what its containers do, also after the engine was away.</summary>
internal sealed class EngineEye : IDisposable
{
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<string, int> _starts = new();
    private readonly TaskCompletionSource _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EngineEye(DockerEngine engine)
    {
        var path = new Uri(engine.Endpoint).AbsolutePath;
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, cancellationToken) => UnixSocket.ConnectAsync(path, cancellationToken) })
        {
            BaseAddress = new Uri("http://docker/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _ = ListenAsync();
    }

    /// <summary>It hears what the engine says from now on.</summary>
    public Task Listens => _listens.Task;

    /// <summary>Start events of a container so far; those while the engine was not heard are missing.</summary>
    public int Starts(string container) => _starts.GetValueOrDefault(container);

    /// <summary>Whether the engine says that it does not run.</summary>
    public async Task<bool> IsDownAsync(string container)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            using var found = JsonDocument.Parse(await _http.GetByteArrayAsync(new Uri($"containers/{container}/json", UriKind.Relative), limit.Token));
            return !found.RootElement.GetProperty("State").GetProperty("Running").GetBoolean();
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
        _http.Dispose();
    }

    private async Task ListenAsync()
    {
        var over = _closing.Token;
        var filters = Uri.EscapeDataString("""{"type":["container"],"event":["start"]}""");
        while (!over.IsCancellationRequested)
        {
            try
            {
                await using var events = await _http.GetStreamAsync(new Uri($"events?filters={filters}", UriKind.Relative), over);
                _listens.TrySetResult();
                using var lines = new StreamReader(events);
                while (await lines.ReadLineAsync(over) is { } line)
                {
                    using var started = JsonDocument.Parse(line);
                    var name = started.RootElement.GetProperty("Actor").GetProperty("Attributes").GetProperty("name").GetString()!;
                    _starts.AddOrUpdate(name, 1, (_, count) => count + 1);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }
}
