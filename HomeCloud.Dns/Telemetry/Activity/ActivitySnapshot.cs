namespace HomeCloud.Dns.Telemetry.Activity;

/// <summary>What the resolver has been doing, for a page that shows it.</summary>
/// <param name="Queries">Messages received since the start.</param>
/// <param name="PerSecond">Messages received in each of the last seconds, oldest first.</param>
/// <param name="Local">Answers from our zones since the start.</param>
/// <param name="Immediate">Answers from the cache, and errors, since the start.</param>
/// <param name="Forwarded">Answers for which an upstream was asked, since the start.</param>
/// <param name="TopNames">Most asked names while a page was open.</param>
/// <param name="TopClients">Clients that asked most in the same time.</param>
/// <param name="Recent">The last queries, newest first.</param>
public sealed record ActivitySnapshot(
    long Queries,
    IReadOnlyList<long> PerSecond,
    long Local,
    long Immediate,
    long Forwarded,
    IReadOnlyList<KeyValuePair<string, long>> TopNames,
    IReadOnlyList<KeyValuePair<string, long>> TopClients,
    IReadOnlyList<SeenQuery> Recent)
{
    /// <summary>Of <see cref="PerSecond"/>, those for which an upstream was asked.</summary>
    public IReadOnlyList<long> ForwardedPerSecond { get; init; } = [];

    /// <summary>Of <see cref="PerSecond"/>, those answered SERVFAIL.</summary>
    public IReadOnlyList<long> FailedPerSecond { get; init; } = [];

    /// <summary>Answers with SERVFAIL since the start.</summary>
    public long Failed { get; init; }
}

/// <summary>
/// Lets a page watch the resolver. Single queries are followed only while a page is open, and a few minutes longer: a home
/// in which nobody does keeps no record of who asked what.
/// </summary>
public interface IResolverActivity
{
    /// <summary>The state now; asking counts as looking.</summary>
    ActivitySnapshot Look();
}
