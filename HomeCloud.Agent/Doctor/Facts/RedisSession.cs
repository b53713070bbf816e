using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Doctor.Facts;

/// <summary>A conversation with Redis without a client library, so that "refused", "no password" and "silent" stay distinguishable (RESP2).</summary>
internal sealed class RedisSession : IAsyncDisposable
{
    private const int LargestReply = 1024 * 1024;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private readonly TcpClient _client;
    private readonly Stream _stream;
    private readonly StreamReader _reader;

    private RedisSession(TcpClient client, Stream stream)
    {
        _client = client;
        _stream = stream;
        // Latin-1 keeps one character an octet, so that bulk lengths fit.
        _reader = new StreamReader(stream, Encoding.Latin1);
    }

    /// <param name="address"><c>host:port</c>.</param>
    /// <param name="options">Whether over TLS, and whom to trust.</param>
    /// <param name="cancellationToken">Gives up early.</param>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The certificate is not trusted.</exception>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="IOException">Nobody answered in time.</exception>
    public static async Task<RedisSession> OpenAsync(string address, RegistryOptions options, CancellationToken cancellationToken)
    {
        var colon = address.LastIndexOf(':');
        var (host, port) = (address[..colon].Trim('[', ']'), int.Parse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture));
        var client = new TcpClient();
        try
        {
            await WithinAsync(token => client.ConnectAsync(host, port, token).AsTask(), cancellationToken);
            if (!options.RedisTls)
                return new RedisSession(client, client.GetStream());
            var stream = new SslStream(client.GetStream());
            var authentication = new RedisAuthority(options).Options(host) ?? new SslClientAuthenticationOptions { TargetHost = host };
            await WithinAsync(token => stream.AuthenticateAsClientAsync(authentication, token), cancellationToken);
            return new RedisSession(client, stream);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <returns>The two bulk strings of the reply; null when it is anything else.</returns>
    public async Task<(string First, string Second)?> AskPairAsync(CancellationToken cancellationToken, params string[] command)
    {
        if (await AskAsync(cancellationToken, command) != "*2")
            return null;
        var (first, second) = ("", "");
        await WithinAsync(async token => (first, second) = (await ReadAsync(token), await ReadAsync(token)), cancellationToken);
        return (first, second);
    }

    /// <returns>The bulk strings of the reply; none when it is anything else, or longer than <paramref name="most"/>.</returns>
    public async Task<IReadOnlyList<string>> AskListAsync(int most, CancellationToken cancellationToken, params string[] command)
    {
        var reply = await AskAsync(cancellationToken, command);
        if (!reply.StartsWith('*') || !int.TryParse(reply.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > most)
            return [];
        List<string> list = [];
        await WithinAsync(
            async token =>
            {
                while (list.Count < count)
                    list.Add(await ReadAsync(token));
            },
            cancellationToken);
        return list;
    }

    /// <returns>The reply; simple strings and errors with their first character (<c>+PONG</c>, <c>-NOAUTH …</c>), bulk strings without.</returns>
    public async Task<string> AskAsync(CancellationToken cancellationToken, params string[] command)
    {
        var text = new StringBuilder().Append('*').Append(command.Length).Append("\r\n");
        foreach (var part in command)
            text.Append('$').Append(Encoding.UTF8.GetByteCount(part)).Append("\r\n").Append(part).Append("\r\n");
        var reply = "";
        await WithinAsync(
            async token =>
            {
                await _stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), token);
                reply = await ReadAsync(token);
            },
            cancellationToken);
        return reply;
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        var line = await _reader.ReadLineAsync(cancellationToken) ?? throw new IOException("the connection was closed");
        if (!line.StartsWith('$'))
            return line;
        var length = int.Parse(line.AsSpan(1), NumberStyles.AllowLeadingSign);
        if (length is < 0 or > LargestReply)
            return "";
        var buffer = new char[length + 2];
        for (var read = 0; read < buffer.Length;)
        {
            var more = await _reader.ReadAsync(buffer.AsMemory(read), cancellationToken);
            if (more == 0)
                throw new IOException("the connection was closed");
            read += more;
        }

        return new string(buffer, 0, length);
    }

    private static async Task WithinAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Wait);
        try
        {
            await action(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"no answer within {Wait.TotalSeconds:0} s");
        }
    }
}
