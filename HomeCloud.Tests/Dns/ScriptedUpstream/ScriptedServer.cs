using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.ScriptedUpstream;

/// <summary>An upstream on a port of its own on loopback, over UDP and TCP, and over TLS when given a certificate, that does as its rules say. The first rule that matches wins; without one it answers REFUSED.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Socket _udp;
    private readonly TcpListener _tcp;
    private readonly TcpListener? _tls;
    private readonly X509Certificate2? _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private readonly ConcurrentDictionary<int, bool> _forgotten = [];
    private volatile ScriptedRule[] _rules = [];

    public ScriptedServer(X509Certificate2? certificate = null)
    {
        (_udp, _tcp) = BindBoth();
        EndPoint = (IPEndPoint)_udp.LocalEndPoint!;
        _loops.Add(ServeUdpAsync());
        _loops.Add(AcceptAsync(_tcp, secure: false));
        if (certificate is null)
            return;
        _certificate = certificate;
        _tls = new TcpListener(IPAddress.Loopback, 0);
        _tls.Start();
        TlsEndPoint = (IPEndPoint)_tls.LocalEndpoint;
        _loops.Add(AcceptAsync(_tls, secure: true));
    }

    public IPEndPoint EndPoint { get; }

    public IPEndPoint? TlsEndPoint { get; }

    /// <summary>Everything that arrived, in order.</summary>
    public ConcurrentQueue<SeenQuestion> Seen { get; } = [];

    /// <summary>Nothing is answered while set, whatever the rules say.</summary>
    public volatile bool IsDead;

    public int Connections { get; private set; }

    /// <summary>How many questions of this name and type arrived.</summary>
    public int Count(string name, RecordType? type = null) => Seen.Count(seen =>
        string.Equals(seen.Message.Name, name, StringComparison.OrdinalIgnoreCase) && (type is null || seen.Type == type));

    public ScriptedServer When(string name, RecordType? type, Action<ScriptedReply> script)
    {
        var reply = new ScriptedReply();
        script(reply);
        _rules = [.. _rules, new ScriptedRule(name, type, reply)];
        return this;
    }

    /// <summary>From here on the connections that are open are as if a router had forgotten them: no answer, and no reset either.</summary>
    public void ForgetConnections()
    {
        for (var i = 1; i <= Connections; i++)
            _forgotten[i] = true;
    }

    public void Use(IEnumerable<ScriptedRule> rules) => _rules = [.. rules];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        _tls?.Dispose();
        await Task.WhenAll(_loops).WaitAsync(TimeSpan.FromSeconds(30));
        _stop.Dispose();
    }

    internal ScriptedReply Find(DnsMessage query)
    {
        var rule = _rules.FirstOrDefault(rule => rule.Matches(query.Name, query.Type));
        if (rule is null)
            return new ScriptedReply { Code = ResponseCode.Refused };
        if (rule.Reply.Does("once"))
            rule.IsSpent = true;
        return rule.Reply;
    }

    internal void Note(string transport, IPEndPoint from, DnsMessage query) => Seen.Enqueue(new SeenQuestion(transport, from, query));

    private static (Socket Udp, TcpListener Tcp) BindBoth()
    {
        for (var attempt = 0; ; attempt++)
        {
            var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20 };
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new TcpListener((IPEndPoint)udp.LocalEndPoint!);
            try
            {
                tcp.Start();
                return (udp, tcp);
            }
            catch (SocketException) when (attempt < 20)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[4096];
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var received = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, anyone, _stop.Token);
                var from = (IPEndPoint)received.RemoteEndPoint;
                var query = DnsMessage.Parse(buffer.AsSpan(0, received.ReceivedBytes));
                Note("udp", from, query);
                var reply = Find(query);
                if (IsDead || reply.Does("silence") || reply.Does("udp-silence") || (reply.Does("edns-silence") && query.HasEdns))
                    continue;
                _ = AnswerUdpAsync(query, reply, from);
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                if (_stop.IsCancellationRequested)
                    return;
            }
        }
    }

    private async Task AnswerUdpAsync(DnsMessage query, ScriptedReply reply, IPEndPoint to)
    {
        try
        {
            await PassTimeAsync(reply.Delay);
            foreach (var message in ReplyComposer.Compose(query, reply, stream: false))
            {
                if (reply.Does("wrong-port"))
                {
                    using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                    await other.SendToAsync(message, to);
                    continue;
                }

                await _udp.SendToAsync(message, to);
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Whoever asked has left.
            return;
        }
    }

    private async Task AcceptAsync(TcpListener listener, bool secure)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(_stop.Token);
                Connections++;
                connections.Add(ServeConnectionAsync(client, Connections, secure));
            }
        }
        // The listener may have been stopped between two connections: then it says that it does not listen.
        catch (Exception stopped) when (stopped is OperationCanceledException or InvalidOperationException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeConnectionAsync(TcpClient client, int number, bool secure)
    {
        try
        {
            using (client)
            {
                var from = (IPEndPoint)client.Client.RemoteEndPoint!;
                Stream stream = client.GetStream();
                if (secure)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate, ApplicationProtocols = [new("dot")] }, _stop.Token);
                    stream = tls;
                }

                using var writing = new SemaphoreSlim(1, 1);
                var length = new byte[2];
                while (await ReadExactlyAsync(stream, length))
                {
                    var octets = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                    if (!await ReadExactlyAsync(stream, octets))
                        return;
                    var query = DnsMessage.Parse(octets);
                    Note(secure ? "tls" : "tcp", from, query);
                    var reply = Find(query);
                    if (reply.Does("no-tcp"))
                        return;
                    if (IsDead || _forgotten.ContainsKey(number) || reply.Does("silence") || reply.Does("tcp-silence"))
                        continue;
                    var answered = AnswerStreamAsync(stream, writing, query, reply);
                    if (!reply.Does("close-after"))
                        continue;
                    await answered;
                    return;
                }
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client left, or did not like our certificate: both are what tests do.
            return;
        }
    }

    private async Task AnswerStreamAsync(Stream stream, SemaphoreSlim writing, DnsMessage query, ScriptedReply reply)
    {
        try
        {
            await PassTimeAsync(reply.Delay);
            await writing.WaitAsync(_stop.Token);
            foreach (var message in ReplyComposer.Compose(query, reply, stream: true))
                await stream.WriteAsync((byte[])[(byte)(message.Length >> 8), (byte)message.Length, .. message], _stop.Token);
            writing.Release();
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The connection went away.
            return;
        }
    }

    private async Task PassTimeAsync(TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
            return;
        using var timer = new PeriodicTimer(delay);
        await timer.WaitForNextTickAsync(_stop.Token);
    }

    private async Task<bool> ReadExactlyAsync(Stream stream, byte[] buffer) =>
        await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, _stop.Token) == buffer.Length;
}
