namespace HomeCloud.Dns.Blocking.Lists;

/// <summary>Reads a file at the pace of work that is in no hurry: each piece is worked on before the next one is read.</summary>
/// <param name="inner">What is read; stays open.</param>
/// <param name="pace">Waits.</param>
internal sealed class UnhurriedStream(Stream inner, Pace pace) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        pace.Rest();
        var read = inner.Read(buffer);
        pace.Begin();
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
