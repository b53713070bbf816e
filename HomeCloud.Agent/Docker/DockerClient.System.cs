using System.Globalization;
using HomeCloud.Agent.Docker.Models;

namespace HomeCloud.Agent.Docker;

/// <summary>Ping, version, info, and which version of the API is spoken.</summary>
public sealed partial class DockerClient
{
    /// <summary>Newest version of the API that this client knows; engines from 20.10 (1.41) to this day accept something up to it.</summary>
    private static readonly Version NewestKnown = new(1, 47);

    /// <summary>Used when an engine does not say: what Docker 20.10 and Podman 4 speak.</summary>
    private static readonly Version Fallback = new(1, 40);

    private volatile string? _apiVersion;

    /// <summary>Whether the engine answers at all, and how far its clock is: the time it put on its answer, when it did.</summary>
    public async Task<EnginePing> PingAsync(CancellationToken cancellationToken = default)
    {
        using var response = await SendPlainAsync(HttpMethod.Get, "_ping", null, _timeout, cancellationToken);
        var version = response.Headers.TryGetValues("Api-Version", out var values)
            && Version.TryParse(values.FirstOrDefault(), out var parsed) ? parsed : null;
        return new EnginePing(version, response.Headers.Date);
    }

    public Task<EngineVersion> VersionAsync(CancellationToken cancellationToken = default) =>
        GetAsync("version", DockerJson.Default.EngineVersion, cancellationToken);

    public Task<EngineInfo> InfoAsync(CancellationToken cancellationToken = default) =>
        GetAsync("info", DockerJson.Default.EngineInfo, cancellationToken);

    private async Task<string> NegotiateAsync(CancellationToken cancellationToken)
    {
        var offered = (await PingAsync(cancellationToken)).ApiVersion ?? Fallback;
        var version = offered < NewestKnown ? offered : NewestKnown;
        return _apiVersion = string.Create(CultureInfo.InvariantCulture, $"{version.Major}.{version.Minor}");
    }
}
