using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HomeCloud.Bench.Registry;

/// <summary>A bare connection to Redis: sends commands that were encoded before, and reads what comes back on a thread of its own. It costs next to nothing beside what is measured.</summary>
internal sealed class RespSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Thread _thread;
    private int _replies;
    private string? _error;

    public RespSocket(string address)
    {
        _socket.Connect(IPEndPoint.Parse(address));
        _thread = new Thread(Read) { IsBackground = true, Name = "replies" };
        _thread.Start();
    }

    /// <summary>How many commands were answered.</summary>
    public int Replies => Volatile.Read(ref _replies);

    /// <summary>The first refusal; null when there was none.</summary>
    public string? Error => Volatile.Read(ref _error);

    /// <summary>A command as the protocol wants it: an array of bulk strings.</summary>
    public static byte[] Encode(IReadOnlyList<byte[]> words)
    {
        using var command = new MemoryStream();
        command.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{words.Count}\r\n")));
        foreach (var word in words)
        {
            command.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${word.Length}\r\n")));
            command.Write(word);
            command.Write("\r\n"u8);
        }

        return command.ToArray();
    }

    public void Send(byte[] command) => _socket.Send(command);

    public void Dispose()
    {
        _socket.Shutdown(SocketShutdown.Both);
        _thread.Join();
        _socket.Dispose();
    }

    // The scripts answer with one short string or an error: a line, or a length and a line.
    private void Read()
    {
        using var lines = new StreamReader(new NetworkStream(_socket), Encoding.ASCII);
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith('-'))
                Interlocked.CompareExchange(ref _error, line, null);
            if (line.StartsWith('$'))
                lines.ReadLine();
            Interlocked.Increment(ref _replies);
        }
    }
}
