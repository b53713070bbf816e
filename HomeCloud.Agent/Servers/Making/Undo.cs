using HomeCloud.Agent.Servers.Progress;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>What to take back when a later step fails, last first. Every step back is tried, even when one fails.</summary>
internal sealed class Undo
{
    private readonly Stack<Func<Task>> _steps = new();

    public void Add(Func<Task> step) => _steps.Push(step);

    public async Task RunAsync(Operation operation)
    {
        if (_steps.Count == 0)
        {
            return;
        }

        operation.Report(StepName.Cleanup, StepState.Running, "Taking back what was made");
        var failures = new List<string>();
        while (_steps.TryPop(out var step))
        {
            try
            {
                await step();
            }
            catch (Exception exception)
            {
                failures.Add(exception.Message);
            }
        }

        operation.Report(
            StepName.Cleanup,
            failures.Count == 0 ? StepState.Done : StepState.Warning,
            failures.Count == 0 ? "Nothing is left behind" : $"Not all could be taken back: {string.Join("; ", failures)}");
    }
}
