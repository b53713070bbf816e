using HomeCloud.Agent.Docker;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>What an engine refuses is an outcome: exceptions end here and become problems with a fix.</summary>
internal static class EngineCalls
{
    public static async Task<Outcome<T>> TryAsync<T>(Func<Task<T>> action)
        where T : notnull
    {
        try
        {
            return Outcomes.Success(await action());
        }
        catch (DockerException exception)
        {
            return EngineProblems.From(exception);
        }
    }

    public static Task<ServerProblem?> DoAsync(Func<Task> action) => DoAsync(async () =>
    {
        await action();
        return null;
    });

    public static async Task<ServerProblem?> DoAsync(Func<Task<ServerProblem?>> action, Func<string, ServerProblem>? refused = null)
    {
        try
        {
            return await action();
        }
        catch (EngineRefusedException exception) when (refused is not null)
        {
            return refused(exception.Message);
        }
        catch (DockerException exception)
        {
            return EngineProblems.From(exception);
        }
    }
}

/// <summary>Hands on at once: <see cref="Progress{T}"/> would do so later, on another thread, and out of order.</summary>
internal sealed class Lines<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
