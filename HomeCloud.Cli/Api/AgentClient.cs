using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;
using HomeCloud.Net.Machine;

namespace HomeCloud.Cli.Api;

/// <summary>The agent's HTTP API, over its Unix socket or the network. A refusal becomes an error with its exit code.</summary>
internal sealed class AgentClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _where;
    private readonly bool _isSocket;

    private AgentClient(HttpClient http, string where, bool isSocket)
    {
        _http = http;
        _where = where;
        _isSocket = isSocket;
        _http.Timeout = Timeout.InfiniteTimeSpan;
        if (!Translation.IsEnglish)
            _http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(Translation.Texts.Language);
    }

    public static AgentClient OverSocket(string path)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = (_, cancellationToken) => UnixSocket.ConnectAsync(path, cancellationToken),
        };
        return new AgentClient(new HttpClient(handler) { BaseAddress = new Uri("http://localhost/api/v1/") }, path, isSocket: true);
    }

    /// <param name="url">Where the agent's page is.</param>
    /// <param name="token">Lets a script in.</param>
    /// <param name="trusted">Whom to trust for TLS instead of the system's authorities; null for those.</param>
    public static AgentClient OverNetwork(Uri url, string? token, X509Certificate2Collection? trusted)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = (context, cancellationToken) => OutgoingStream.ConnectAsync(OutgoingStream.Create(), context.DnsEndPoint, cancellationToken),
        };
        if (trusted is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        var http = new HttpClient(handler) { BaseAddress = new Uri(url, "/api/v1/") };
        if (!string.IsNullOrWhiteSpace(token))
            http.DefaultRequestHeaders.Authorization = new("Bearer", token.Trim());

        return new AgentClient(http, url.ToString(), isSocket: false);
    }

    public void Dispose() => _http.Dispose();

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return (await response.Content.ReadFromJsonAsync(CliJson.Info<T>(), cancellationToken))!;
    }

    public async Task<T> PostAsync<T>(string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body, cancellationToken);
        return (await response.Content.ReadFromJsonAsync(CliJson.Info<T>(), cancellationToken))!;
    }

    public async Task SendAsync(HttpMethod method, string path, CancellationToken cancellationToken, JsonObject? body = null)
    {
        using var response = await SendAsync(method, path, body, cancellationToken);
    }

    /// <summary>Server-sent events as type and data.</summary>
    public async IAsyncEnumerable<(string Type, string Data)> FollowAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            yield return (item.EventType, item.Data);
    }

    /// <summary>For completion, which must be quick and never complain.</summary>
    /// <param name="path">Of a list.</param>
    /// <param name="properties">Whose texts are wanted, as far as an item has them.</param>
    public async Task<IReadOnlyList<string>> WordsAsync(string path, params string[] properties)
    {
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            var items = await GetAsync<JsonElement[]>(path, deadline.Token);
            // A shell completes with these: what it could read as more than a word is left out.
            return [.. items.SelectMany(item => properties.Select(property => item.TryGetProperty(property, out var text) ? text.GetString() ?? "" : "")).Where(IsWord).Distinct()];
        }
        catch (Exception exception) when (exception is UserErrorException or OperationCanceledException or HttpRequestException or JsonException)
        {
            return [];
        }
    }

    private static bool IsWord(string name) => name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':');

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body, CliJson.Default.JsonObject);

        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            if (exception.GetBaseException() is AuthenticationException untrusted)
                throw new UserErrorException($"the certificate of {_where} is not trusted: {untrusted.Message.TrimEnd('.')}.", "Set --ca FILE; the agent's own certificate is web/certificate.pem in its data directory.", ExitCodes.Away);

            throw Unreachable(exception.GetBaseException());
        }

        if (response.IsSuccessStatusCode)
            return response;

        using (response)
            throw await RefusalAsync(response, cancellationToken);
    }

    private UserErrorException Unreachable(Exception reason) => reason is SocketException { SocketErrorCode: SocketError.AccessDenied }
        ? new UserErrorException($"the agent's socket {_where} is not accessible: permission denied.", "Run it as root (sudo homecloud …), or as a member of the group homecloud.", ExitCodes.Refused)
        : new UserErrorException(
            $"the agent at {_where} cannot be reached: {reason.Message.TrimEnd('.')}.",
            _isSocket
                ? "Check that it runs: systemctl status homecloud-agent. With compose: docker compose exec agent homecloud …. From another machine: --url http://cloud.home"
                : "Check --url, and that the agent runs there.",
            ExitCodes.Away);

    private async Task<UserErrorException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            return new UserErrorException(
                _http.DefaultRequestHeaders.Authorization is null ? "the agent needs a token." : "the agent does not know this token.",
                "Create one on the agent's machine: homecloud token add NAME. Then set --token or HOMECLOUD_TOKEN.",
                ExitCodes.Refused);
        }

        ProblemInfo? problem = null;
        try
        {
            problem = await response.Content.ReadFromJsonAsync(CliJson.Default.ProblemInfo, cancellationToken);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            // Not from the API: the status has to do.
        }

        var code = ExitCodes.From((int)response.StatusCode);
        return problem is null
            ? new UserErrorException($"{_where} answered {(int)response.StatusCode} {response.ReasonPhrase}.", "Check that this is the address of HomeCloud's page.", code)
            : new UserErrorException(problem.ToError(code));
    }
}
