using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace HomeCloud.Agent.Docker;

/// <summary>
/// Takes the engine's log stream apart: without a terminal each piece has a header of eight octets (stream, three zeros,
/// length), with one it is plain text. A line may come in several pieces.
/// </summary>
internal static class LogFrames
{
    /// <summary>Longer lines are cut into several.</summary>
    private const int MaximumLine = 16 << 10;
    private const int HeaderLength = 8;
    private const byte StandardError = 2;

    public static async IAsyncEnumerable<(bool IsError, string Line)> ReadAsync(
        Stream stream, bool isTerminal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream);
        var pending = new[] { new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>() };
        var left = 0L;
        var isError = false;
        while (true)
        {
            ReadResult result;
            try
            {
                result = await reader.ReadAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                // The container was removed, or the engine went away: the log ends here.
                break;
            }

            var buffer = result.Buffer;
            while (!buffer.IsEmpty)
            {
                if (isTerminal)
                {
                    left = buffer.Length;
                }
                else if (left == 0)
                {
                    if (buffer.Length < HeaderLength)
                        break;
                    (isError, left) = ReadHeader(buffer.Slice(0, HeaderLength));
                    buffer = buffer.Slice(HeaderLength);
                    continue;
                }

                var piece = buffer.Slice(0, Math.Min(left, buffer.Length));
                left -= piece.Length;
                buffer = buffer.Slice(piece.End);
                foreach (var line in Lines(pending[isError ? 1 : 0], piece))
                    yield return (isError, line);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                break;
        }

        for (var i = 0; i < pending.Length; i++)
        {
            if (pending[i].WrittenCount > 0)
                yield return (i == 1, Encoding.UTF8.GetString(pending[i].WrittenSpan));
        }
    }

    private static (bool IsError, long Length) ReadHeader(ReadOnlySequence<byte> header)
    {
        Span<byte> bytes = stackalloc byte[HeaderLength];
        header.CopyTo(bytes);
        return (bytes[0] == StandardError, BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));
    }

    private static List<string> Lines(ArrayBufferWriter<byte> pending, ReadOnlySequence<byte> piece)
    {
        var lines = new List<string>();
        foreach (var memory in piece)
        {
            foreach (var octet in memory.Span)
            {
                if (octet != '\n')
                {
                    pending.GetSpan(1)[0] = octet;
                    pending.Advance(1);
                }

                if (octet == '\n' || pending.WrittenCount >= MaximumLine)
                {
                    lines.Add(Encoding.UTF8.GetString(pending.WrittenSpan).TrimEnd('\r'));
                    pending.ResetWrittenCount();
                }
            }
        }

        return lines;
    }
}
