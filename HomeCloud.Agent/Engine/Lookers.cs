namespace HomeCloud.Agent.Engine;

/// <summary>Who waits for a look at the engine: each for the first listing that began after it had asked. Used by the loop only.</summary>
internal sealed class Lookers
{
    private readonly List<(int Listing, TaskCompletionSource Looked)> _waiting = [];
    private int _begun;

    public void Add(TaskCompletionSource looked) => _waiting.Add((_begun + 1, looked));

    /// <summary>Whether a caller waits for a listing that has not begun.</summary>
    public bool WantAnother => _waiting.Exists(waiting => waiting.Listing > _begun);

    public void ListingBegins() => _begun++;

    /// <summary>What was listed has been looked at.</summary>
    public void Finished(int listing) => End(waiting => waiting.Listing <= listing, looked => looked.TrySetResult());

    public int Begun => _begun;

    public void Failed(Exception reason) => End(_ => true, looked => looked.TrySetException(reason));

    private void End(Predicate<(int Listing, TaskCompletionSource Looked)> which, Action<TaskCompletionSource> how)
    {
        foreach (var (_, looked) in _waiting.FindAll(which))
            how(looked);
        _waiting.RemoveAll(which);
    }
}
