using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HomeCloud.Agent.Docker;

/// <summary>Reads a stream of JSON objects, one a line. A line that is no such object is skipped, and so is one that does not end.</summary>
internal static class JsonLines
{
    /// <summary>No engine sends a longer line; what is longer is skipped, not kept in memory.</summary>
    public const int MaximumLine = 1 << 20;

    /// <exception cref="EngineAwayException">The connection broke.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        DockerEndpoint endpoint, HttpResponseMessage response, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        PipeReader? reader = null;
        var skipping = false;
        while (true)
        {
            ReadResult result;
            try
            {
                reader ??= PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
                result = await reader.ReadAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or ObjectDisposedException)
            {
                // Cancelling closes the response, and the read fails for that.
                cancellationToken.ThrowIfCancellationRequested();
                throw new EngineAwayException(endpoint, "it closed the stream", exception);
            }

            var buffer = result.Buffer;
            while (TryReadLine(ref buffer, result.IsCompleted, out var line))
            {
                if (!skipping && Parse(line, type) is { } item)
                    yield return item;
                skipping = false;
            }

            if (buffer.Length > MaximumLine)
            {
                skipping = true;
                buffer = buffer.Slice(buffer.End);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                yield break;
        }
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> buffer, bool final, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        line = buffer;
        if (!final || buffer.IsEmpty)
            return false;
        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private static T? Parse<T>(ReadOnlySequence<byte> line, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            var json = new Utf8JsonReader(line);
            return JsonSerializer.Deserialize(ref json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
