using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Docker.DotNet;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>Lines out of the library's stream of pieces: a line may come in several, and those of both outputs come mixed.</summary>
internal static class LogLines
{
    /// <summary>Longer lines are cut into several.</summary>
    private const int MaximumLine = 16 << 10;

    public static async IAsyncEnumerable<(bool IsError, string Line)> ReadAsync(MultiplexedStream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[8 << 10];
        ArrayBufferWriter<byte>[] pending = [new(), new()];
        while (await ReadAsync(stream, buffer, cancellationToken) is { Count: > 0 } piece)
        {
            var isError = piece.Target == MultiplexedStream.TargetStream.StandardError;
            foreach (var line in Lines(pending[isError ? 1 : 0], buffer.AsMemory(0, piece.Count)))
                yield return (isError, line);
        }

        foreach (var (isError, rest) in new[] { (false, pending[0]), (true, pending[1]) })
        {
            if (rest.WrittenCount > 0)
                yield return (isError, Encoding.UTF8.GetString(rest.WrittenSpan));
        }
    }

    private static async Task<MultiplexedStream.ReadResult> ReadAsync(MultiplexedStream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return default; // the container was removed, or the engine went away: the log ends here
        }
    }

    private static IEnumerable<string> Lines(ArrayBufferWriter<byte> pending, ReadOnlyMemory<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var room = Math.Min(piece.Length, MaximumLine - pending.WrittenCount);
            var end = piece.Span[..room].IndexOf((byte)'\n');
            pending.Write(piece.Span[..(end < 0 ? room : end)]);
            piece = piece[(end < 0 ? room : end + 1)..];
            if (end < 0 && pending.WrittenCount < MaximumLine)
                continue;
            yield return Encoding.UTF8.GetString(pending.WrittenSpan).TrimEnd('\r');
            pending.ResetWrittenCount();
        }
    }
}
