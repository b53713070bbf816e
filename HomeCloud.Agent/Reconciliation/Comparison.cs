using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>
/// A full comparison under way: the listing says which containers to look at, and looking removes those that are gone.
/// (Removing what a listing lacks would lose a container created between listing and reading it.)
/// </summary>
/// <param name="time">For the patience.</param>
/// <param name="listing">What is compared.</param>
/// <param name="number">Of the listing.</param>
/// <param name="isFull">Every container is looked at, not only those that the listing shows as changed.</param>
internal sealed class Comparison(TimeProvider time, Listing listing, int number, bool isFull)
{
    /// <summary>After this, containers whose inspection hangs are taken from the listing, so that they cannot hold up the others.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _awaited = [];

    public long Deadline { get; } = time.GetTimestamp() + (long)(Patience.TotalSeconds * time.TimestampFrequency);

    public int Number { get; } = number;

    public bool IsFull { get; } = isFull;

    public bool IsDue => time.GetTimestamp() >= Deadline;

    public bool IsComplete => _awaited.Count == 0;

    public void Await(string id) => _awaited.Add(id);

    public void Arrived(string id) => _awaited.Remove(id);

    /// <summary>What the listing says of a container, if it lists it.</summary>
    public ContainerFacts? Summary(string id) => listing.Containers.GetValueOrDefault(id);

    /// <summary>Gives up waiting.</summary>
    /// <returns>The containers still awaited.</returns>
    public IReadOnlyCollection<string> GiveUp()
    {
        string[] left = [.. _awaited];
        _awaited.Clear();
        return left;
    }
}
