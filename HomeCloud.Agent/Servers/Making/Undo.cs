using HomeCloud.Net.Localization;


namespace HomeCloud.Agent.Servers.Making;

/// <summary>What to take back when a later step fails, last first. Every step back is tried, even when one fails.</summary>
internal sealed class Undo
{
    private readonly Stack<(Phrase What, Func<Task<ServerProblem?>> TakeBack)> _steps = new();

    /// <param name="what">What is left when it cannot be taken back, and how a person removes it.</param>
    /// <param name="takeBack">Null when it is gone.</param>
    public void Add(Phrase what, Func<Task<ServerProblem?>> takeBack) => _steps.Push((what, takeBack));

    /// <summary>Takes back the newest step alone.</summary>
    /// <returns>Null when it is gone; else it stays on the list.</returns>
    public async Task<ServerProblem?> LastAsync()
    {
        var problem = await TryAsync(_steps.Peek().TakeBack);
        if (problem is null)
            _steps.Pop();

        return problem;
    }

    /// <returns>What is left, each with the reason; empty when nothing is.</returns>
    public async Task<IReadOnlyList<Phrase>> RunAsync(Operation operation)
    {
        if (_steps.Count == 0)
            return [];

        operation.Report(StepName.Cleanup, StepState.Running, "Removing what was created");
        var left = new List<Phrase>();
        while (_steps.TryPop(out var step))
        {
            if (await TryAsync(step.TakeBack) is { } problem)
                left.Add($"{step.What}: {problem.Message.Part}");
        }

        operation.Report(
            StepName.Cleanup,
            left.Count == 0 ? StepState.Done : StepState.Warning,
            left.Count == 0 ? "Everything was removed" : (Phrase)$"Not removed: {Phrase.Join("; ", left)}");
        return left;
    }

    private static async Task<ServerProblem?> TryAsync(Func<Task<ServerProblem?>> takeBack)
    {
        try
        {
            return await takeBack();
        }
        catch (Exception exception)
        {
            return new ServerProblem(ProblemCode.EngineRefused, exception.Message);
        }
    }
}
