namespace HomeCloud.Dns.Blocking.Lists;

/// <summary>
/// Reads a file for work that must leave the processor to those who answer: after each piece it rests three times as long as the work on
/// the last one took. A thread of low priority would not do: when it collects garbage on a busy machine, every other thread waits.
/// </summary>
/// <param name="inner">What is read; stays open.</param>
/// <param name="time">Measures the work.</param>
/// <param name="rest">Waits.</param>
internal sealed class UnhurriedStream(Stream inner, TimeProvider time, Action<TimeSpan> rest) : Stream
{
    private const int RestForWork = 3;
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(100);
    private long? _given;

    public override bool CanRead => true;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (_given is { } given)
        {
            var wanted = time.GetElapsedTime(given) * RestForWork;
            rest(wanted < LongestRest ? wanted : LongestRest);
        }

        var read = inner.Read(buffer);
        _given = time.GetTimestamp();
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
