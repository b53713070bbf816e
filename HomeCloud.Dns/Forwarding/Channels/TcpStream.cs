using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using HomeCloud.Net.Machine;

namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>Opens connections to upstreams.</summary>
internal static class TcpStream
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(250);

    /// <exception cref="SocketException">The other side cannot be reached.</exception>
    // Awaited: where a family is missing, the socket cannot even be made, and that is this address's failure alone.
    public static async ValueTask<Stream> OpenAsync(IPEndPoint server, CancellationToken cancellation) =>
        await OutgoingStream.ConnectAsync(OutgoingStream.Create(server.AddressFamily), server, cancellation);

    /// <summary>Tries all addresses, each a moment after the one before or as soon as that failed (RFC 8305 §5); the first that answers is taken.</summary>
    /// <exception cref="SocketException">None of them can be reached.</exception>
    public static async ValueTask<Stream> OpenAnyAsync(IReadOnlyList<IPEndPoint> servers, TimeProvider time, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = new List<Task<Stream>>(servers.Count);
        Task<Stream>? failed = null;
        try
        {
            for (var next = 0; next < servers.Count || running.Count > 0;)
            {
                if (next < servers.Count)
                    running.Add(OpenAsync(servers[next++], stop.Token).AsTask());
                var pause = Task.Delay(next < servers.Count ? BetweenAttempts : Timeout.InfiniteTimeSpan, time, stop.Token);
                if (await Task.WhenAny([.. running, pause]) is not Task<Stream> done)
                    continue;
                running.Remove(done);
                if (done.IsCompletedSuccessfully)
                    return done.Result;
                failed ??= done;
            }
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var late in running)
                _ = late.ContinueWith(static task => task.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }

        return await failed!;
    }

    /// <exception cref="SocketException">The other side cannot be reached.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">Its certificate is not for this name, or not trusted.</exception>
    public static async ValueTask<Stream> OpenTlsAsync(IPEndPoint server, string name, CertificateTrust trust, CancellationToken cancellation)
    {
        var tls = new SslStream(await OpenAsync(server, cancellation));
        try
        {
            // ALPN token of RFC 7858 in the IANA registry.
            await tls.AuthenticateAsClientAsync(trust.For(name, new SslApplicationProtocol("dot")), cancellation);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }
}
