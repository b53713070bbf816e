using System.Diagnostics;
using HomeCloud.Net.Machine;

namespace HomeCloud.Bench.Starts;

/// <summary>An engine's Unix socket, without the docker command, whose own start would be most of what is measured.</summary>
internal sealed class EngineSocket : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="path">Of the socket.</param>
    public EngineSocket(string path) => _http = new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = (_, cancellationToken) => UnixSocket.ConnectAsync(path, cancellationToken),
    })
    {
        BaseAddress = new Uri("http://docker/"),
    };

    /// <returns>When the engine said that the container runs, as <see cref="Stopwatch"/> counts.</returns>
    public async Task<long> StartAsync(string container)
    {
        using var response = await _http.PostAsync(new Uri($"containers/{container}/start", UriKind.Relative), null);
        var at = Stopwatch.GetTimestamp();
        response.EnsureSuccessStatusCode();
        return at;
    }

    /// <returns>How long the whole answer took.</returns>
    public async Task<TimeSpan> InspectAsync(string container)
    {
        var start = Stopwatch.GetTimestamp();
        await _http.GetByteArrayAsync(new Uri($"containers/{container}/json", UriKind.Relative));
        return Stopwatch.GetElapsedTime(start);
    }

    public void Dispose() => _http.Dispose();
}
