namespace HomeCloud.Registry.Journals;

/// <summary>The most frequent among kept queries.</summary>
/// <param name="Hours">Of so many hours at most: no more of the range is kept.</param>
/// <param name="Names">Asked names.</param>
/// <param name="Clients">Who asked; empty when clients are not kept.</param>
/// <param name="BlockedNames">Those of them that were blocked.</param>
/// <param name="BlockedClients">Who asked for them.</param>
public sealed record DnsTopView(
    int Hours, IReadOnlyList<DnsCountView> Names, IReadOnlyList<DnsCountView> Clients, IReadOnlyList<DnsCountView> BlockedNames, IReadOnlyList<DnsCountView> BlockedClients);
