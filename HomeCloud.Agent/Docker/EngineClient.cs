using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace HomeCloud.Agent.Docker;

/// <summary>
/// One engine through Docker.DotNet: one way to ask, one way to wait, one way to fail. Reading is here; what else is
/// asked of an engine goes to the library through AskAsync. Safe for concurrent use.
/// </summary>
public sealed class EngineClient : IContainerEngine, IDisposable
{
    /// <summary>Longest error text taken over from an engine.</summary>
    private const int MaximumErrorLength = 2048;

    private readonly EngineTransport _transport;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <exception cref="ArgumentException">The address cannot be parsed; <see cref="DockerOptions.Validate"/> tells beforehand.</exception>
    public EngineClient(DockerOptions options, TimeProvider? timeProvider = null)
    {
        if (!DockerEndpoint.TryParse(options, out var endpoint, out var error))
            throw new ArgumentException($"--docker-host '{options.Host}': {error}", nameof(options));
        Endpoint = endpoint;
        _transport = new EngineTransport(endpoint, options);
        _timeout = options.RequestTimeout;
        _time = timeProvider ?? TimeProvider.System;
    }

    public DockerEndpoint Endpoint { get; }

    public void Dispose() => _transport.Dispose();

    /// <summary>What the engine offers, and its clock.</summary>
    /// <exception cref="EngineAwayException"/>
    /// <exception cref="EngineRefusedException"/>
    public Task<EngineOffer> OfferAsync(CancellationToken cancellationToken = default) =>
        AskAsync("GET /version", (_, token) => _transport.Versions.NegotiateAsync(token), cancellationToken);

    public Task<SystemInfoResponse> InfoAsync(CancellationToken cancellationToken = default) =>
        ReadAsync("GET /info", (docker, token) => docker.System.GetSystemInfoAsync(token), cancellationToken);

    public Task<VersionResponse> VersionAsync(CancellationToken cancellationToken = default) =>
        ReadAsync("GET /version", (docker, token) => docker.System.GetVersionAsync(token), cancellationToken);

    public async Task<IReadOnlyList<ContainerListResponse>> ListContainersAsync(CancellationToken cancellationToken = default) =>
        [.. await ReadAsync("GET /containers/json", (docker, token) => docker.Containers.ListContainersAsync(new ContainersListParameters { All = true }, token), cancellationToken)];

    public Task<ContainerInspectResponse?> InspectContainerAsync(string idOrName, CancellationToken cancellationToken = default)
    {
        var id = Uri.EscapeDataString(idOrName);
        return FindAsync($"GET /containers/{id}/json", (docker, token) => docker.Containers.InspectContainerAsync(id, token), cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, string?>?> ImageLabelsAsync(string image, CancellationToken cancellationToken = default) =>
        await FindAsync($"GET /images/{image}/json", (docker, token) => docker.Images.InspectImageAsync(image, token), cancellationToken) is { } found
            ? (found.Config?.Labels ?? new Dictionary<string, string>()).ToDictionary(label => label.Key, string? (label) => label.Value)
            : null;

    public async Task<IReadOnlyList<NetworkResponse>> ListNetworksAsync(CancellationToken cancellationToken = default) =>
        [.. await ReadAsync("GET /networks", (docker, token) => docker.Networks.ListNetworksAsync(null, token), cancellationToken)];

    /// <remarks>
    /// The engine sends its headers a moment before it subscribes us, so headers alone do not mean that nothing can be
    /// missed. It keeps the last events, though, and replays them from <c>since</c> under the lock of its subscription:
    /// asking from a second ago, by the engine's own clock, closes the gap. An event seen twice only signals twice.
    /// </remarks>
    public async Task<IEngineEvents> SubscribeAsync(CancellationToken cancellationToken = default)
    {
        var offer = await OfferAsync(cancellationToken);
        var parameters = new ContainerEventsParameters
        {
            Since = offer.Date is { } date ? (date.ToUnixTimeSeconds() - 1).ToString(CultureInfo.InvariantCulture) : null,
            Filters = new Dictionary<string, IDictionary<string, bool>> { ["type"] = new Dictionary<string, bool> { ["container"] = true, ["network"] = true } },
        };
#pragma warning disable CS0618 // Its successor reports events only: nobody learns when the subscription stands, and listing must come after that.
        return new EngineEvents(Endpoint, await AskAsync("GET /events", (docker, token) => docker.System.MonitorEventsAsync(parameters, token), cancellationToken));
#pragma warning restore CS0618
    }

    /// <param name="call">For people: method and path.</param>
    /// <param name="ask">Asks the library.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="patience">Until the answer is here; a stream may go on after that.</param>
    /// <exception cref="EngineAwayException"/>
    /// <exception cref="EngineRefusedException">Any status from 400 on, and answers that cannot be read.</exception>
    internal Task<T> AskAsync<T>(string call, Func<IDockerClient, CancellationToken, Task<T>> ask, CancellationToken cancellationToken, TimeSpan? patience = null) =>
        AskAsync(call, patience ?? _timeout, (docker, wait) => ask(docker, wait.Token), cancellationToken);

    /// <summary>As <see cref="AskAsync{T}(string, Func{IDockerClient, CancellationToken, Task{T}}, CancellationToken, TimeSpan?)"/>, for what can be asked twice: an odd field costs that field only.</summary>
    private Task<T> ReadAsync<T>(string call, Func<IDockerClient, CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        AskAsync(call, (docker, token) => OddFields.ReadAsync(() => ask(docker, token)), cancellationToken);

    /// <inheritdoc cref="AskAsync{T}(string, Func{IDockerClient, CancellationToken, Task{T}}, CancellationToken, TimeSpan?)"/>
    internal Task AskAsync(string call, Func<IDockerClient, CancellationToken, Task> ask, CancellationToken cancellationToken, TimeSpan? patience = null) =>
        AskAsync(
            call,
            async (docker, token) =>
            {
                await ask(docker, token);
                return true;
            },
            cancellationToken,
            patience);

    /// <summary>As the other, for an answer that comes bit by bit: each <see cref="EngineWait.Renew"/> gives it the same time again.</summary>
    internal async Task<T> AskAsync<T>(string call, TimeSpan patience, Func<IDockerClient, EngineWait, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var wait = new EngineWait(patience, _time, cancellationToken);
        try
        {
            return await ask(_transport.Docker, wait) ?? throw new JsonException("the answer is empty");
        }
        catch (DockerApiException refused)
        {
            throw new EngineRefusedException(refused.StatusCode, ErrorText(refused, call));
        }
        catch (Exception exception) when (OddFields.IsAboutJson(exception))
        {
            throw new EngineRefusedException(HttpStatusCode.InternalServerError, $"The engine's answer to {call} is not valid: {exception.Message}");
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineAwayException(Endpoint, $"no answer to {call} within {patience.TotalSeconds:0.#} s", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            throw new EngineAwayException(Endpoint, Reason(exception), exception);
        }
    }

    /// <inheritdoc cref="EngineTransport.UpgradeAsync"/>
    internal Task<Stream> UpgradeAsync(string path, string json, TimeSpan patience, CancellationToken cancellationToken) =>
        AskAsync($"POST {path}", (_, token) => _transport.UpgradeAsync(path, json, token), cancellationToken, patience);

    /// <returns>Null when there is no such thing.</returns>
    internal async Task<T?> FindAsync<T>(string call, Func<IDockerClient, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ReadAsync(call, ask, cancellationToken);
        }
        catch (EngineRefusedException refused) when (refused.Refusal == EngineRefusal.NotFound)
        {
            return null;
        }
    }

    /// <summary>Not being there is what was asked for.</summary>
    internal async Task RemoveAsync(string call, Func<IDockerClient, CancellationToken, Task> ask, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        try
        {
            await AskAsync(call, ask, cancellationToken, patience);
        }
        catch (EngineRefusedException refused) when (refused.Refusal == EngineRefusal.NotFound)
        {
            return;
        }
    }

    /// <summary>The engine's own words; what a proxy forbids is named, because the proxy does not say.</summary>
    private static string ErrorText(DockerApiException refused, string call)
    {
        var text = MessageIn(refused.ResponseBody);
        if (text.Length == 0)
            text = $"The engine answered {(int)refused.StatusCode} to {call}";
        else if (refused.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
            text = $"{call} is forbidden: {text}";
        return text.Length > MaximumErrorLength ? text[..MaximumErrorLength] : text;
    }

    private static string MessageIn(string? body)
    {
        try
        {
            using var json = JsonDocument.Parse(body ?? "");
            return json.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String
                ? message.GetString()!.Trim()
                : "";
        }
        catch (JsonException)
        {
            return ""; // a proxy or a very old engine answers in plain text: the status says more than a half-read page
        }
    }

    private string Reason(Exception exception) => exception.GetBaseException() is SocketException socket
        ? socket.SocketErrorCode switch
        {
            SocketError.AccessDenied => "permission denied; run as root or as a member of the group that owns the socket",
            _ when Endpoint.SocketPath is { } path && !File.Exists(path) => "the socket does not exist; is the engine running?",
            SocketError.AddressNotAvailable or SocketError.ConnectionRefused => "connection refused; is the engine running?",
            _ => socket.Message,
        }
        : exception.GetBaseException().Message;
}

/// <summary>How long to wait for an engine.</summary>
internal sealed class EngineWait : IDisposable
{
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _either;

    public EngineWait(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        _patience = patience;
        _deadline = new CancellationTokenSource(patience, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _deadline.Token);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Something came: the same time again.</summary>
    public void Renew() => _deadline.CancelAfter(_patience);

    public void Dispose()
    {
        _either.Dispose();
        _deadline.Dispose();
    }
}
