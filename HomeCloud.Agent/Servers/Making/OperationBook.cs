using System.Collections.Concurrent;
using System.Security.Cryptography;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>Running operations, and the last <see cref="Kept"/> that ended.</summary>
public sealed class OperationBook(TimeProvider time)
{
    private const int Kept = 200;
    private readonly ConcurrentDictionary<string, Operation> _operations = new();
    private readonly ConcurrentQueue<string> _order = new();

    public Operation Begin(string server, string by, HistoryKind kind = HistoryKind.Created, CreateServer? request = null)
    {
        var operation = new Operation(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), server, by, time, kind) { Request = request };
        _operations[operation.Id] = operation;
        _order.Enqueue(operation.Id);
        for (var excess = _order.Count - Kept; excess > 0 && _order.TryDequeue(out var oldest); excess--)
        {
            if (_operations.TryGetValue(oldest, out var old) && old.State == OperationState.Running)
            {
                _order.Enqueue(oldest);
            }
            else if (_operations.TryRemove(oldest, out var ended))
            {
                ended.Dispose();
            }
        }

        return operation;
    }

    public Operation? Find(string id) => _operations.GetValueOrDefault(id);

    /// <summary>Those that run, and those whose result a person at the page has not dismissed: a failure, or a password.</summary>
    public IReadOnlyList<Operation> Shown => [.. _operations.Values.Where(o => o.State == OperationState.Running || o.IsWaiting).OrderBy(o => o.StartedAt)];

    public IReadOnlyList<Operation> Running => [.. _operations.Values.Where(o => o.State == OperationState.Running)];
}
