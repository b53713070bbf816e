using System.Text;
using System.Threading.Channels;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Tests.Agent.Servers.Engine;

/// <summary>A shell that echoes what is typed and knows a few words: hostname, size, flood, colours, exit.</summary>
internal sealed class FakeTerminal(string server, TerminalSize size) : IEngineTerminal
{
    /// <summary>What the word flood says.</summary>
    public const int Flood = 4 << 20;

    private readonly Channel<byte[]> _shown = Channel.CreateUnbounded<byte[]>();
    private readonly StringBuilder _line = new();
    private byte[] _rest = Encoding.UTF8.GetBytes("$ ");
    private long _taken;

    public string Shell => "bash";

    public TerminalSize Size { get; private set; } = size;

    public bool IsClosed { get; private set; }

    /// <summary>All that was read of it so far, in octets.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_rest.Length == 0 && (!await _shown.Reader.WaitToReadAsync(cancellationToken) || !_shown.Reader.TryRead(out _rest!)))
            return 0;
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest.AsSpan(0, count).CopyTo(buffer.Span);
        _rest = _rest[count..];
        Interlocked.Add(ref _taken, count);
        return count;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> typed, CancellationToken cancellationToken)
    {
        foreach (var letter in Encoding.UTF8.GetString(typed.Span))
        {
            if (letter != '\r')
            {
                _line.Append(letter);
                Show(letter.ToString());
                continue;
            }

            var word = _line.ToString();
            _line.Clear();
            if (word == "exit")
            {
                Show("\r\n");
                _shown.Writer.TryComplete();
                continue;
            }

            Show("\r\n" + word switch
            {
                "hostname" => $"{server}\r\n",
                "size" => $"{Size.Rows} {Size.Columns}\r\n",
                "colours" => "\u001b[38;2;10;120;90mgreen\u001b[0m \u001b[31mred\u001b[0m \u001b[1;34mblue\u001b[0m\r\n",
                "flood" => new string('y', Flood) + "\r\n",
                _ => "",
            } + "$ ");
        }

        return ValueTask.CompletedTask;
    }

    public Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken)
    {
        Size = size;
        return Task.CompletedTask;
    }

    public Task<int?> ExitCodeAsync(CancellationToken cancellationToken) => Task.FromResult<int?>(0);

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        _shown.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    private void Show(string text) => _shown.Writer.TryWrite(Encoding.UTF8.GetBytes(text));
}
