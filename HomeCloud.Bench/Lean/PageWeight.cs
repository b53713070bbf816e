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
            bytes += Get(socket, path, compressed: true, end: null).Length;
            var text = Encoding.UTF8.GetString(Get(socket, path, compressed: false, end: null));
            foreach (var named in Named(text).Where(seen.Add))
                waiting.Enqueue(named);
        }

        bytes += Get(socket, "/api/v1/events", compressed: true, end: "\n\n").Length;
        return bytes / 1000.0;
    }

    private static IEnumerable<string> Named(string text) =>
        Asset().Matches(text).Select(match => match.Value).Concat(Import().Matches(text).Select(match => $"/assets/{match.Groups[1].Value}"));

    /// <param name="end">Of a stream that does not end: what stands behind its first part.</param>
    private static byte[] Get(string socket, string path, bool compressed, string? end)
    {
        using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        connection.Connect(new UnixDomainSocketEndPoint(socket));
        connection.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{(compressed ? "Accept-Encoding: gzip, br\r\n" : "")}\r\n"));
        var whole = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int count; (count = connection.Receive(buffer)) > 0;)
        {
            whole.Write(buffer, 0, count);
            if (end is not null && whole.GetBuffer().AsSpan(0, (int)whole.Length).IndexOf(Encoding.ASCII.GetBytes(end)) >= 0)
                break;
        }

        var answer = whole.ToArray();
        return answer.AsSpan().StartsWith("HTTP/1.1 200"u8)
            ? answer
            : throw new IOException($"{path} over {socket}: {Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(answer.Length, 200)))}");
    }

    [GeneratedRegex(@"(?<="")/assets/[\w.-]+(?="")")]
    private static partial Regex Asset();

    [GeneratedRegex(@"from '\./([\w.-]+)'")]
    private static partial Regex Import();
}
