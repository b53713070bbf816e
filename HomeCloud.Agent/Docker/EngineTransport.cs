using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using Docker.DotNet.NativeHttp;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Docker;

/// <summary>
/// How the library reaches one engine: its native HTTP transport for Unix sockets too, because its Unix transport opens a
/// connection for each request and takes no path longer than 91 octets; plain sockets, no proxy, no cookies, no redirects.
/// </summary>
internal sealed class EngineTransport : IAuthProvider, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(3);

    private readonly DockerEndpoint _endpoint;

    public EngineTransport(DockerEndpoint endpoint, DockerOptions options)
    {
        _endpoint = endpoint;
        Versions = new ApiVersions(endpoint);
        Docker = new DockerClientBuilder()
            .WithEndpoint(endpoint.BaseAddress)
            .WithAuthProvider(this)
            .WithTimeout(Timeout.InfiniteTimeSpan)
            .WithTransportOptions(new NativeHttpTransportOptions { ConfigureHandler = handler => Configure(handler, endpoint, options) })
            .Build();
    }

    public DockerClient Docker { get; }

    public ApiVersions Versions { get; }

    public bool TlsEnabled => _endpoint.IsTls;

    /// <summary>The library's hook around its transport: the one place to see a request and its answer.</summary>
    public HttpMessageHandler ConfigureHandler(HttpMessageHandler handler)
    {
        Versions.InnerHandler = handler;
        return new OddFields(Versions);
    }

    /// <summary>
    /// Turns a connection into the two ways of a terminal. The library's stream for that does one thing at a time: while it reads, nothing
    /// is written, and it does not stop reading when it is told to. TerminalScenarios shows it.
    /// </summary>
    /// <exception cref="EngineRefusedException"/>
    public async Task<Stream> UpgradeAsync(string path, string json, CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(Versions, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_endpoint.BaseAddress, path)) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
        var response = await invoker.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
            return await response.Content.ReadAsStreamAsync(cancellationToken);

        using (response)
            throw new EngineRefusedException(response.StatusCode, $"POST {path}: it answers {(int)response.StatusCode} instead of opening a terminal");
    }

    public void Dispose() => Docker.Dispose();

    private static void Configure(SocketsHttpHandler handler, DockerEndpoint endpoint, DockerOptions options)
    {
        handler.UseProxy = false;
        handler.UseCookies = false;
        handler.AllowAutoRedirect = false;
        handler.ActivityHeadersPropagator = null;
        handler.ConnectTimeout = ConnectTimeout;
        handler.PooledConnectionIdleTimeout = IdleTimeout;
        handler.MaxConnectionsPerServer = int.MaxValue;
        handler.ConnectCallback = endpoint.SocketPath is { } path
            ? (_, cancellationToken) => UnixSocket.ConnectAsync(path, cancellationToken)
            : (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, endpoint.IsTls, options.CertificatePath, cancellationToken);
    }

    // A handler takes its TLS settings once. Made here, each connection reads the files, so renewed ones need no restart.
    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint engine, bool isTls, string? folder, CancellationToken cancellationToken)
    {
        var plain = await OutgoingStream.ConnectAsync(OutgoingStream.Create(), engine, cancellationToken);
        if (!isTls)
            return plain;
        var tls = new SslStream(plain);
        try
        {
            await tls.AuthenticateAsClientAsync(Tls(engine.Host, folder), cancellationToken);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Tls(string host, string? folder)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = host };
        if (folder is null)
            return tls;

        var (authority, certificate, key) = (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        if (File.Exists(certificate) && File.Exists(key))
            tls.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, key)];
        if (File.Exists(authority))
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(authority);
            tls.CertificateChainPolicy = policy;
        }

        return tls;
    }
}
