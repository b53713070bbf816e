namespace HomeCloud.Dns.Telemetry.History;

/// <summary>The lines of a file from its end, in bounded memory. What has no end within the longest line is passed over and counted.</summary>
internal sealed class BackwardLines(Stream file)
{
    private const int Block = 64 * 1024;
    private readonly byte[] _buffer = new byte[Block + QueryLine.Longest];
    private long _position = file.Length;
    private int _start;
    private int _end;

    /// <summary>Pieces that were too long to be lines.</summary>
    public int TooLong { get; private set; }

    /// <param name="line">Without its end; valid until the next call.</param>
    /// <returns>False when there is no more.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var at = rest.LastIndexOf((byte)'\n');
            if (at >= 0 || (_position == 0 && rest.Length > 0))
            {
                line = rest[(at + 1)..];
                _end = at < 0 ? _start : _start + at;
                if (line.Length > 0)
                    return true;
                continue;
            }

            if (_position == 0)
            {
                line = default;
                return false;
            }

            if (rest.Length > QueryLine.Longest)
            {
                TooLong++;
                _end = _start;
                rest = default;
            }

            Fill(rest.Length);
        }
    }

    /// <summary>Puts the block before in front of what is left.</summary>
    private void Fill(int left)
    {
        var count = (int)Math.Min(Block, _position);
        _buffer.AsSpan(_start, left).CopyTo(_buffer.AsSpan(count));
        _position -= count;
        file.Position = _position;
        file.ReadExactly(_buffer.AsSpan(0, count));
        (_start, _end) = (0, count + left);
    }
}
