using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using HomeCloud.Dns.Transport;
using HomeCloud.Dns.Transport.Listening;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Transport;

/// <summary>A transport on a free port, with a scripted handler behind it.</summary>
internal sealed class TransportFixture : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public TransportFixture(string address = "127.0.0.1", Action<ListenOptions>? configure = null, SslServerAuthenticationOptions? tls = null)
    {
        var options = new ListenOptions();
        options.Addresses.Add(address.Contains(':') ? $"[{address}]:0" : $"{address}:0");
        if (tls is not null)
            options.TlsAddresses.Add($"{address}:0");
        configure?.Invoke(options);
        Transport = new DnsTransport(options, Handler, NullLogger<DnsTransport>.Instance);
        Transport.Start(tls);
        EndPoint = Transport.Addresses[^1];
    }

    public ScriptedHandler Handler { get; } = new();

    public DnsTransport Transport { get; }

    /// <summary>The TLS address if there is one.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>A UDP client that gives up after <see cref="Deadline"/>.</summary>
    public Socket UdpClient(IPEndPoint? server = null, IPAddress? from = null)
    {
        server ??= EndPoint;
        var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = (int)Deadline.TotalMilliseconds };
        if (from is not null)
            socket.Bind(new IPEndPoint(from, 0));
        socket.Connect(server);
        return socket;
    }

    public async Task<NetworkStream> TcpClientAsync()
    {
        var socket = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(EndPoint);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Polls until the condition holds; fails the test at the deadline.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public ValueTask DisposeAsync() => Transport.DisposeAsync();
}
