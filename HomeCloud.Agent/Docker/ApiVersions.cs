using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HomeCloud.Agent.Docker;

/// <summary>
/// Puts the version of the API into each request's path: the newest that the engine and we know. The library takes one for good
/// when it is built, and without one the engine answers as its newest does, which may be younger than we are. It is asked for
/// anew at each subscription, after a connection that failed, and when the engine refuses it: an engine is
/// upgraded behind a socket that stays (systemd's).
/// </summary>
internal sealed class ApiVersions(DockerEndpoint endpoint) : DelegatingHandler
{
    /// <summary>What Podman 4 offers; Docker 20.10 has 1.41.</summary>
    public static readonly Version OldestKnown = new(1, 40);

    /// <summary>Docker 28.</summary>
    public static readonly Version NewestKnown = new(1, 51);

    /// <summary>From here on a MAC address belongs to the endpoint; before, to the container, where the library's model has no field for it.</summary>
    private static readonly Version EndpointHasMac = new(1, 44);

    private volatile Version? _spoken;

    /// <summary>Asks the engine what it offers, and speaks accordingly from now on.</summary>
    /// <exception cref="EngineRefusedException">It knows only versions that are newer than we are.</exception>
    public async Task<EngineOffer> NegotiateAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint.BaseAddress, "version"));
        using var response = await base.SendAsync(request, cancellationToken);
        var offer = new EngineOffer(null, null, response.Headers.Date);
        if (response.IsSuccessStatusCode)
        {
            using var body = await JsonOrNothingAsync(response, cancellationToken);
            offer = offer with { Newest = Read(body, "ApiVersion"), Oldest = Read(body, "MinAPIVersion") };
        }

        if (offer.Oldest > NewestKnown)
        {
            throw new EngineRefusedException(
                HttpStatusCode.BadRequest, $"The engine at {endpoint} speaks version {offer.Oldest} of its API and newer, HomeCloud {OldestKnown} to {NewestKnown}. Update HomeCloud");
        }

        var newest = offer.Newest ?? OldestKnown;
        _spoken = newest < NewestKnown ? newest : NewestKnown;
        return offer;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var plain = request.RequestUri!;
        var settled = _spoken;
        try
        {
            var response = await SendAsync(request, plain, settled ?? await SpokenAsync(cancellationToken), cancellationToken);
            if (settled is null || response.StatusCode != HttpStatusCode.BadRequest || !await IsAboutTheVersionAsync(response, cancellationToken))
                return response;

            // A body that was a stream is spent: the next attempt of the caller has the right version.
            if (request.Content is not (null or ByteArrayContent))
            {
                _spoken = null;
                return response;
            }

            response.Dispose();
            return await SendAsync(request, plain, await SpokenAsync(cancellationToken), cancellationToken);
        }
        catch (HttpRequestException)
        {
            _spoken = null;
            throw;
        }
    }

    private async Task<Version> SpokenAsync(CancellationToken cancellationToken)
    {
        await NegotiateAsync(cancellationToken);
        return _spoken ?? OldestKnown;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Uri plain, Version version, CancellationToken cancellationToken)
    {
        request.RequestUri = new Uri(plain, string.Create(CultureInfo.InvariantCulture, $"/v{version.Major}.{version.Minor}{plain.PathAndQuery}"));
        if (version < EndpointHasMac && request.Method == HttpMethod.Post && plain.AbsolutePath == "/containers/create")
            request.Content = await WithMacAsync(request.Content!, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }

    private static async Task<HttpContent> WithMacAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var body = (await JsonNode.ParseAsync(await content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken))!.AsObject();
        var endpoints = body["NetworkingConfig"]?["EndpointsConfig"]?.AsObject();
        if (endpoints?.Select(endpoint => endpoint.Value?["MacAddress"]?.GetValue<string>()).FirstOrDefault(mac => mac is { Length: > 0 }) is { } mac)
            body["MacAddress"] = mac;
        var bytes = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()));
        bytes.Headers.ContentType = content.Headers.ContentType;
        return bytes;
    }

    private static async Task<bool> IsAboutTheVersionAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Reading keeps the text for the next reader.
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return text.Contains("client version", StringComparison.Ordinal) && (text.Contains("too old", StringComparison.Ordinal) || text.Contains("too new", StringComparison.Ordinal));
    }

    private static async Task<JsonDocument?> JsonOrNothingAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
        }
        catch (JsonException)
        {
            return null; // it says nothing that we understand: the oldest version is tried
        }
    }

    private static Version? Read(JsonDocument? body, string name) =>
        body?.RootElement is { ValueKind: JsonValueKind.Object } root
        && root.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String && Version.TryParse(text.GetString(), out var version)
            ? version
            : null;
}

/// <param name="Newest">Newest version of the API that the engine speaks; null when it does not say.</param>
/// <param name="Oldest">Oldest version; null when it does not say.</param>
/// <param name="Date">The engine's clock, in whole seconds.</param>
public sealed record EngineOffer(Version? Newest, Version? Oldest, DateTimeOffset? Date);
