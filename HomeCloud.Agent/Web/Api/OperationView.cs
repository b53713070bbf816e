using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Making;

namespace HomeCloud.Agent.Web.Api;

/// <summary>How the making of a server stands.</summary>
public sealed record OperationView(
    string Id, string Server, OperationState State, DateTimeOffset StartedAt, long ElapsedMilliseconds, IReadOnlyList<StepEvent> Steps, ServerProblem? Problem)
{
    /// <summary>Passwords made for this server; only told by the operation, only to who may call the API.</summary>
    public IReadOnlyDictionary<string, string>? Secrets { get; init; }

    public static OperationView From(Operation operation) => new(
        operation.Id, operation.Server, operation.State, operation.StartedAt, operation.ElapsedMilliseconds, operation.Steps, operation.Problem)
    {
        Secrets = operation.Secrets.Count == 0 ? null : operation.Secrets,
    };
}
