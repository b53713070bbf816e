using System.Diagnostics;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Cli.Commands.Lab;

/// <summary>One line a step: what is being done at once, how long it took when it is done.</summary>
internal sealed class ConsoleProgress : ILabProgress
{
    private readonly TextWriter _output;

    public ConsoleProgress(TextWriter output) => _output = output;

    public void Say(string line) => _output.WriteLine(line);

    public async Task StepAsync(string title, Func<Task> work)
    {
        _output.Write(title + " … ");
        await _output.FlushAsync();
        var started = Stopwatch.GetTimestamp();
        try
        {
            await work();
            _output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        }
        catch
        {
            _output.WriteLine($"failed after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            throw;
        }
    }
}
