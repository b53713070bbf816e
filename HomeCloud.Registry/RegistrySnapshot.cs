using System.Collections.Immutable;

namespace HomeCloud.Registry;

/// <summary>The whole registry at one revision. Immutable: read it once, use it for a whole batch of work.</summary>
/// <param name="Revision">Grows with every change of this registry; 0 is the empty registry.</param>
/// <param name="Records">All records of all owners.</param>
/// <param name="Owners">Liveness of every owner that has one; an owner not listed is alive.</param>
public sealed record RegistrySnapshot(
    long Revision,
    ImmutableDictionary<RecordKey, NameRecord> Records,
    ImmutableDictionary<string, OwnerStatus> Owners)
{
    public static RegistrySnapshot Empty { get; } = new(
        0,
        ImmutableDictionary<RecordKey, NameRecord>.Empty,
        ImmutableDictionary<string, OwnerStatus>.Empty);

    public bool IsAlive(string owner) => !Owners.TryGetValue(owner, out var status) || status.Alive;
}

/// <summary>Whether an owner is still heard of.</summary>
/// <param name="Owner">Agent id.</param>
/// <param name="Alive">False once its lease ran out: its records still answer, but give way to a live owner of the same name.</param>
/// <param name="Since">Since when, in UTC; for people, as clocks step.</param>
/// <param name="SeenDead">How long the embedded registry saw it dead, by a steady clock and over restarts; zero elsewhere.</param>
public sealed record OwnerStatus(string Owner, bool Alive, DateTimeOffset Since, TimeSpan SeenDead = default);
