using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HomeCloud.Agent.Docker;

/// <summary>
/// The Docker Engine API over its Unix socket or TCP; only the endpoints in use, one file for each group of them.
/// This file is the core: one way to send, one way to fail. Safe for concurrent use.
/// </summary>
public sealed partial class DockerClient : IContainerEngine, IDisposable
{
    /// <summary>Longest error text taken over from an engine.</summary>
    private const int MaximumErrorLength = 2048;

    private readonly HttpMessageInvoker _http;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <exception cref="ArgumentException">The address cannot be parsed; <see cref="DockerOptions.Validate"/> tells beforehand.</exception>
    public DockerClient(DockerOptions options, TimeProvider? timeProvider = null)
    {
        if (!DockerEndpoint.TryParse(options, out var endpoint, out var error))
            throw new ArgumentException($"--docker-host '{options.Host}': {error}", nameof(options));
        Endpoint = endpoint;
        _http = DockerHttp.Create(endpoint, options);
        _timeout = options.RequestTimeout;
        _time = timeProvider ?? TimeProvider.System;
    }

    public DockerEndpoint Endpoint { get; }

    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    /// <summary>
    /// Sends a request to the negotiated API version and returns when the response's headers are here. The path, with
    /// its query, is relative to the version and has no leading slash.
    /// </summary>
    /// <exception cref="EngineAwayException"/>
    /// <exception cref="EngineRefusedException">Any status from 400 on.</exception>
    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        var version = _apiVersion ?? await NegotiateAsync(cancellationToken);
        return await SendPlainAsync(method, $"v{version}/{path}", content, timeout ?? _timeout, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendPlainAsync(
        HttpMethod method, string path, HttpContent? content, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Endpoint.BaseAddress, path)) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineAwayException(Endpoint, $"no answer to {method} /{path} within {timeout.TotalSeconds:0.#} s", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            _apiVersion = null;
            throw new EngineAwayException(Endpoint, Reason(exception), exception);
        }

        if ((int)response.StatusCode < 400)
            return response;
        using (response)
            throw new EngineRefusedException(response.StatusCode, await ErrorTextAsync(response, either.Token));
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            return await JsonSerializer.DeserializeAsync(body, type, either.Token)
                ?? throw new EngineRefusedException(HttpStatusCode.InternalServerError, "The engine's answer is empty");
        }
        catch (JsonException exception)
        {
            throw new EngineRefusedException(
                HttpStatusCode.InternalServerError, $"The engine's answer to {response.RequestMessage?.RequestUri?.AbsolutePath} is not understood: {exception.Message}");
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineAwayException(Endpoint, $"its answer stopped halfway for {_timeout.TotalSeconds:0.#} s", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            throw new EngineAwayException(Endpoint, Reason(exception), exception);
        }
    }

    private static async Task<string> ErrorTextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = await response.Content.ReadAsStringAsync(cancellationToken);
            text = JsonSerializer.Deserialize(text, DockerJson.Default.ErrorMessage)?.Message ?? text;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            text = "";
        }
        catch (JsonException)
        {
            // A proxy or a very old engine answers in plain text: the status says more than a half-read page.
            text = "";
        }

        text = text.Trim();
        if (text.Length == 0)
            text = $"The engine answered {(int)response.StatusCode} {response.ReasonPhrase}";
        return text.Length > MaximumErrorLength ? text[..MaximumErrorLength] : text;
    }

    private string Reason(Exception exception) => exception.GetBaseException() is SocketException socket
        ? socket.SocketErrorCode switch
        {
            SocketError.AccessDenied => "permission denied; run as root or as a member of the group that owns the socket",
            _ when Endpoint.SocketPath is { } path && !File.Exists(path) => "there is no such socket; is the engine running?",
            SocketError.AddressNotAvailable or SocketError.ConnectionRefused => "nothing listens there; is the engine running?",
            _ => socket.Message,
        }
        : exception.GetBaseException().Message;
}
