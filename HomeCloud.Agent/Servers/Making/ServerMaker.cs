using System.Collections.Concurrent;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>
/// Makes a server: plan, then one step after the other. When one fails, what the steps before it have made is undone, last first;
/// what cannot be undone is named. A volume that was there before is never touched.
/// </summary>
internal sealed partial class ServerMaker(
    ServerPlanner planner,
    KeyBook keys,
    IEnumerable<IMakingStep> steps,
    ReservationBook book,
    HistoryLog history,
    OperationBook operations,
    IHostApplicationLifetime lifetime,
    ILogger<ServerMaker> logger,
    ChangeBook? changes = null)
{
    /// <summary>ENOSPC of errno(3), which is how .NET passes it on.</summary>
    private const int NoSpace = 28;

    private readonly ConcurrentDictionary<string, Operation> _busy = new(StringComparer.Ordinal);

    /// <summary>Checks the request and begins; everything after the check is told by the operation.</summary>
    public Outcome<Operation> Begin(CreateServer request, string by)
    {
        var plan = planner.Plan(request, keys.All(), by);
        if (!plan.IsSuccess)
            return plan.Problem;

        if (changes?.Busy(plan.Value.Name) is { } changing)
            return changing;

        var operation = operations.Begin(plan.Value.Name, by, request: request);
        if (!_busy.TryAdd(plan.Value.Name, operation))
        {
            var busy = new ServerProblem(ProblemCode.Busy, $"{plan.Value.Name} is already being created.", "Wait until that ends.");
            operation.Finish(busy);
            return busy;
        }

        _ = Task.Run(() => RunAsync(plan.Value, operation), CancellationToken.None);
        return operation;
    }

    private async Task RunAsync(ServerPlan plan, Operation operation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, operation.Cancelled);
        var making = new ServerInMaking(plan, operation);
        ServerProblem? problem;
        try
        {
            problem = await MakeAsync(making, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            problem = operation.Cancelled.IsCancellationRequested
                ? new ServerProblem(ProblemCode.Cancelled, $"Creating {plan.Name} was cancelled.")
                : new ServerProblem(ProblemCode.Cancelled, "HomeCloud was stopped before the server was created.", "Create it again.");
        }
        catch (IOException exception) when (exception.HResult == NoSpace || exception.Message.Contains("No space left", StringComparison.Ordinal))
        {
            problem = new ServerProblem(ProblemCode.DiskFull, $"The disk with HomeCloud's own files is full: {exception.Message}", "Free disk space there, then create the server again.");
        }
        catch (Exception exception)
        {
            LogFailure(plan.Name, exception);
            problem = new ServerProblem(ProblemCode.EngineRefused, $"{plan.Name} was not created: {exception.Message}", "See the agent's log for details.");
        }

        if (problem is null)
        {
            history.Add(HistoryKind.Created, plan.Name, operation.By, $"{plan.Image} at {book.Find(plan.Name)?.Address}");
        }
        else
        {
            var left = await making.Undo.RunAsync(operation);
            history.Add(HistoryKind.CreateFailed, plan.Name, operation.By, left.Count == 0 ? $"{problem.Message}" : $"{problem.Message} Not removed: {Phrase.Join("; ", left)}");
            if (left.Count > 0)
                problem = problem with { Fix = Phrase.Join(" ", problem.Fix, $"Not removed, remove it by hand: {Phrase.Join("; ", left)}.") };
        }

        _busy.TryRemove(plan.Name, out _);
        operation.Finish(problem);
    }

    private async Task<ServerProblem?> MakeAsync(ServerInMaking making, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            if (await step.RunAsync(making, cancellationToken) is { } problem)
                return problem;
        }

        return null;
    }

    [LoggerMessage(LogLevel.Error, "Server {Server}: creating it failed")]
    private partial void LogFailure(string server, Exception exception);
}
