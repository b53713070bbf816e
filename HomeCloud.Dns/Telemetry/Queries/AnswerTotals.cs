namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>What the server has answered since its start. Each answer is one of the five kinds.</summary>
/// <param name="Received">Messages, also those that got no answer.</param>
/// <param name="Local">NOERROR and NXDOMAIN from our zones.</param>
/// <param name="Cached">The same from the cache.</param>
/// <param name="Forwarded">The same from an upstream.</param>
/// <param name="Blocked">What a block list decided.</param>
/// <param name="Failed">Errors: SERVFAIL, REFUSED and every other code.</param>
/// <param name="Durations">Answers for which an upstream was asked, by <see cref="DurationBounds"/>.</param>
public sealed record AnswerTotals(long Received, long Local, long Cached, long Forwarded, long Blocked, long Failed, long[] Durations)
{
    /// <summary>Milliseconds below which an answer of that class was; the last one has also what took longer.</summary>
    public static ReadOnlySpan<double> DurationBounds => [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 10_000];
}
