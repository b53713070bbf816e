using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace HomeCloud.Bench.Lean;

/// <summary>What the agent sends until the page of servers shows all of them: the page, the files it names, and the first event.</summary>
internal static partial class PageWeight
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="socket">Path of the agent's socket, which asks for no password.</param>
    /// <returns>Kilobytes, heads included.</returns>
    /// <exception cref="IOException">The agent did not answer as it should.</exception>
    public static double Measure(string socket)
    {
        var bytes = 0L;
        var seen = new HashSet<string> { "/", "/api/v1/templates" };
        var waiting = new Queue<string>(seen);
        while (waiting.TryDequeue(out var path))
        {
            bytes += Get(socket, path, compressed: true).Length;
            var text = Encoding.UTF8.GetString(Get(socket, path, compressed: false));
            foreach (var named in Named(text).Where(seen.Add))
                waiting.Enqueue(named);
        }

        return (bytes + FirstEvent(socket)) / 1000.0;
    }

    /// <returns>The answer's body.</returns>
    /// <exception cref="IOException">The agent did not answer as it should.</exception>
    public static string Text(string socket, string path)
    {
        var answer = Encoding.UTF8.GetString(Get(socket, path, compressed: false, "HTTP/1.0"));
        return answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
    }

    /// <summary>The stream does not end, and may be compressed: it is unpacked as far as it came.</summary>
    private static long FirstEvent(string socket)
    {
        using var connection = Ask(socket, "/api/v1/events", compressed: true);
        using var wire = new NetworkStream(connection);
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append(wire.ReadByte() is >= 0 and var octet ? (char)octet : throw new IOException($"the event stream ended in its head: {head}"));
        var body = new ChunkedBody(wire);
        using var unpacked = head.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase) ? new GZipStream(body, CompressionMode.Decompress, leaveOpen: true) : (Stream)body;
        for (var before = 0; ;)
        {
            var octet = unpacked.ReadByte();
            if (octet < 0)
                throw new IOException("the event stream ended before its first event");
            if (octet == '\n' && before == '\n')
                return head.Length + body.Octets;
            before = octet;
        }
    }

    private static IEnumerable<string> Named(string text) =>
        Asset().Matches(text).Select(match => match.Value).Concat(Import().Matches(text).Select(match => $"/assets/{match.Groups[1].Value}"));

    private static Socket Ask(string socket, string path, bool compressed, string version = "HTTP/1.1")
    {
        var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        connection.Connect(new UnixDomainSocketEndPoint(socket));
        connection.Send(Encoding.ASCII.GetBytes($"GET {path} {version}\r\nHost: localhost\r\nConnection: close\r\n{(compressed ? "Accept-Encoding: gzip, br\r\n" : "")}\r\n"));
        return connection;
    }

    // Without chunks, where a body is to be read: HTTP/1.0 has none.
    private static byte[] Get(string socket, string path, bool compressed, string version = "HTTP/1.1")
    {
        using var connection = Ask(socket, path, compressed, version);
        var whole = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int count; (count = connection.Receive(buffer)) > 0;)
            whole.Write(buffer, 0, count);

        var answer = whole.ToArray();
        return answer.AsSpan().StartsWith("HTTP/1.1 200"u8)
            ? answer
            : throw new IOException($"{path} over {socket}: {Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(answer.Length, 200)))}");
    }

    [GeneratedRegex(@"(?<="")/assets/[\w.-]+(?="")")]
    private static partial Regex Asset();

    [GeneratedRegex(@"from '\./([\w.-]+)'")]
    private static partial Regex Import();

    /// <summary>What stands in the chunks of an answer (RFC 9112 §7.1); counts all that is sent for them.</summary>
    private sealed class ChunkedBody(Stream wire) : Stream
    {
        private int _left;

        public long Octets { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_left == 0)
                _left = int.Parse(Line(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var read = _left == 0 ? 0 : wire.Read(buffer, offset, Math.Min(count, _left));
            Octets += read;
            _left -= read;
            if (read > 0 && _left == 0)
                Line();
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private string Line()
        {
            var line = new StringBuilder();
            for (int octet; (octet = wire.ReadByte()) != '\n';)
            {
                Octets++;
                if (octet != '\r')
                    line.Append(octet >= 0 ? (char)octet : throw new IOException("the answer ended within a chunk"));
            }

            Octets++;
            return line.ToString();
        }
    }
}
