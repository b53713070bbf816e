namespace HomeCloud.Registry;

/// <summary>Whether the registry's backing store can be reached.</summary>
/// <param name="Connected">False while, for instance, Redis is away; readers then keep what they have.</param>
/// <param name="Since">Since when, in UTC.</param>
/// <param name="Detail">For a person: which store, and what went wrong.</param>
public sealed record RegistryHealth(bool Connected, DateTimeOffset Since, string Detail);
