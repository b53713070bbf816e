using System.Runtime.CompilerServices;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>Something that takes a while, with every step told to all watchers, from the first one on.</summary>
public sealed class Operation(string id, string server, string by, TimeProvider time, HistoryKind kind = HistoryKind.Created) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<StepEvent> _steps = [];
    private readonly long _began = time.GetTimestamp();
    private readonly CancellationTokenSource _cancel = new();
    private volatile bool _dismissed;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public string Server => server;

    public string By => by;

    /// <summary>What it comes to when it succeeds.</summary>
    public HistoryKind Kind => kind;

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    public OperationState State { get; private set; }

    /// <summary>Set when <see cref="State"/> is Failed.</summary>
    public ServerProblem? Problem { get; private set; }

    /// <summary>Passwords made for this server, to be shown once: variable → value.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; set; } = new Dictionary<string, string>();

    /// <summary>What was asked for when a server is created.</summary>
    public CreateServer? Request { get; init; }

    /// <summary>Begun by a person who watches it on a page, and sees its result there.</summary>
    public bool IsOnPage { get; set; }

    /// <summary>Its result is worth keeping, and nobody has dismissed it.</summary>
    public bool IsWaiting => IsOnPage && !_dismissed && (State == OperationState.Failed || (State == OperationState.Succeeded && Secrets.Count > 0));

    public long ElapsedMilliseconds => (long)time.GetElapsedTime(_began).TotalMilliseconds;

    public IReadOnlyList<StepEvent> Steps
    {
        get
        {
            lock (_lock)
                return [.. _steps];
        }
    }

    /// <summary>It was cancelled by its user.</summary>
    public CancellationToken Cancelled => _cancel.Token;

    /// <returns>False when it has ended already.</returns>
    public bool Cancel()
    {
        lock (_lock)
        {
            if (State != OperationState.Running)
                return false;
        }

        // On a thread of its own: what waits for it goes on from here.
        _ = _cancel.CancelAsync();
        return true;
    }

    /// <summary>Its result was seen. Passwords are forgotten.</summary>
    public void Dismiss()
    {
        lock (_lock)
        {
            if (State == OperationState.Running)
                return;
            _dismissed = true;
            Secrets = new Dictionary<string, string>();
        }
    }

    public void Report(StepName step, StepState state, Phrase text, int? percent = null, IReadOnlyList<LayerProgress>? layers = null)
    {
        TaskCompletionSource wake;
        lock (_lock)
        {
            var sequence = _steps.Count == 0 ? 1 : _steps[^1].Sequence + 1;
            var line = new StepEvent(sequence, step, state, text, ElapsedMilliseconds) { Percent = percent, Layers = layers };

            // Pull progress comes many times a second: only the newest is worth keeping for late watchers.
            if (_steps.Count > 0 && _steps[^1].Step == step && _steps[^1].State == StepState.Running)
            {
                _steps[^1] = line;
            }
            else
            {
                _steps.Add(line);
            }

            wake = Wake();
        }

        wake.SetResult();
    }

    public void Finish(ServerProblem? problem)
    {
        TaskCompletionSource wake;
        lock (_lock)
        {
            Problem = problem;
            State = problem is null ? OperationState.Succeeded : OperationState.Failed;
            wake = Wake();
        }

        wake.SetResult();
    }

    /// <summary>Every step so far, then each as it happens; ends with the operation.</summary>
    public async IAsyncEnumerable<StepEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var seen = 0;
        while (true)
        {
            List<StepEvent> fresh;
            Task changed;
            bool ended;
            lock (_lock)
            {
                fresh = _steps.FindAll(s => s.Sequence > seen);
                changed = _changed.Task;
                ended = State != OperationState.Running;
            }

            foreach (var step in fresh)
            {
                seen = step.Sequence;
                yield return step;
            }

            if (ended)
                yield break;

            await changed.WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => _cancel.Dispose();

    private TaskCompletionSource Wake()
    {
        var old = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return old;
    }
}

public enum OperationState
{
    Running,
    Succeeded,
    Failed,
}
