using System.Diagnostics.CodeAnalysis;

namespace HomeCloud.Agent.Docker;

/// <summary>A parsed engine address.</summary>
/// <param name="SocketPath">Path of the Unix socket, or null for TCP.</param>
/// <param name="BaseAddress">What requests are relative to; its authority is a placeholder for a Unix socket.</param>
public sealed record DockerEndpoint(string? SocketPath, Uri BaseAddress)
{
    private const int PlainPort = 2375;
    private const int TlsPort = 2376;

    public bool IsTls => BaseAddress.Scheme == Uri.UriSchemeHttps;

    public static bool TryParse(
        DockerOptions options, [NotNullWhen(true)] out DockerEndpoint? endpoint, [NotNullWhen(false)] out string? error)
    {
        var text = options.Host.Trim();
        (endpoint, error) = (null, null);
        if (text.StartsWith('/'))
            text = "unix://" + text;

        if (text.StartsWith("unix://", StringComparison.OrdinalIgnoreCase))
        {
            var path = text["unix://".Length..];
            if (!path.StartsWith('/'))
                error = "a Unix socket needs an absolute path, for instance unix:///var/run/docker.sock";
            else
                endpoint = new DockerEndpoint(path, new Uri("http://docker/"));
            return endpoint is not null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("tcp" or "http" or "https") || uri.Host.Length == 0)
        {
            error = "use unix:///PATH or tcp://HOST:PORT";
            return false;
        }

        var tls = uri.Scheme == "https" || (uri.Scheme == "tcp" && options.TlsVerify);
        var port = uri.Scheme == "tcp" && uri.Port < 0 ? tls ? TlsPort : PlainPort : uri.Port;
        endpoint = new DockerEndpoint(null, new UriBuilder(tls ? "https" : "http", uri.Host, port).Uri);
        return true;
    }

    /// <summary>As a person writes it.</summary>
    public override string ToString() => SocketPath is null ? BaseAddress.GetLeftPart(UriPartial.Authority) : $"unix://{SocketPath}";
}
