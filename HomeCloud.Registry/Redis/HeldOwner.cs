using System.Collections.Immutable;

namespace HomeCloud.Registry.Redis;

/// <summary>An owner's records as a reader remembers them from before Redis came back as another one, until the owner put them back itself.</summary>
/// <param name="Records">As they were.</param>
/// <param name="LostEverything">True when Redis came back empty: then only the owner itself, or the time after which dead owners are dropped, ends this.</param>
internal sealed record HeldOwner(ImmutableArray<NameRecord> Records, bool LostEverything);
