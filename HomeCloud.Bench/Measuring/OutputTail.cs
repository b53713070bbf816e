using System.Diagnostics;

namespace HomeCloud.Bench.Measuring;

/// <summary>Keeps the last lines a process printed, for the message when it fails.</summary>
internal sealed class OutputTail
{
    private const int Lines = 5;

    private readonly Queue<string> _lines = new();

    public OutputTail(Process process)
    {
        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Text
    {
        get
        {
            lock (_lines)
                return string.Join(" | ", _lines);
        }
    }

    private void Add(string? line)
    {
        if (line is null)
            return;

        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Lines)
                _lines.Dequeue();
        }
    }
}
