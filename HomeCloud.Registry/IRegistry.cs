namespace HomeCloud.Registry;

/// <summary>
/// The names of one home. Writers own what they write: every record carries its owner, and a write
/// touches records of that owner only. Each write is atomic: readers see all of it or nothing.
/// Followers may see a write before its task completes; the task completes when the write is durable.
/// </summary>
public interface IRegistry : IRegistryReader, IAsyncDisposable
{
    /// <summary>Makes <paramref name="records"/> the complete set of <paramref name="owner"/>'s records. A set equal to what is there changes nothing, the revision included.</summary>
    /// <returns>The revision that contains the write.</returns>
    /// <exception cref="ArgumentException">A record belongs to another owner, two share a name, or a name is not valid.</exception>
    /// <exception cref="RegistryUnavailableException">The store cannot be reached or did not answer in time.</exception>
    Task<long> ReplaceAsync(string owner, IReadOnlyCollection<NameRecord> records, CancellationToken cancellationToken = default);

    /// <summary>Applies <paramref name="changes"/> in order, all or none.</summary>
    /// <inheritdoc cref="ReplaceAsync" path="/returns"/>
    /// <inheritdoc cref="ReplaceAsync" path="/exception"/>
    Task<long> ApplyAsync(string owner, IReadOnlyCollection<RecordChange> changes, CancellationToken cancellationToken = default);

    /// <summary>Says that <paramref name="owner"/> is alive for another <paramref name="duration"/>. A store that lives and dies with its only owner may do nothing.</summary>
    /// <exception cref="RegistryUnavailableException">The store cannot be reached or did not answer in time.</exception>
    Task RenewLeaseAsync(string owner, TimeSpan duration, CancellationToken cancellationToken = default);
}
