namespace HomeCloud.Registry;

/// <summary>Whether an owner is still heard of.</summary>
/// <param name="Owner">Agent id.</param>
/// <param name="Alive">False once its lease ran out: its records still answer, but give way to a live owner of the same name.</param>
/// <param name="Since">Since when, in UTC; for people, as clocks step.</param>
/// <param name="SeenDead">How long the embedded registry saw it dead, by a steady clock and over restarts; zero elsewhere.</param>
public sealed record OwnerStatus(string Owner, bool Alive, DateTimeOffset Since, TimeSpan SeenDead = default);
