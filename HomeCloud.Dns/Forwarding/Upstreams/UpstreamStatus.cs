namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>An upstream as shown to people: <c>check.home</c>, the web page, the status command.</summary>
/// <param name="Zone">Which names it is asked for; <c>.</c> for all others.</param>
/// <param name="Upstream">As written in the options.</param>
/// <param name="State">Whether it answers.</param>
/// <param name="RoundTripMilliseconds">Smoothed; null until it answered once.</param>
/// <param name="Queries">Sent to it since the start.</param>
/// <param name="Answers">Got from it since the start.</param>
/// <param name="Failures">Unanswered or refused since the start.</param>
/// <param name="Edns">False when it does not understand EDNS.</param>
/// <param name="KeepsCase">False when it changes letter case in questions.</param>
/// <param name="Problem">The last problem while it is not <see cref="UpstreamState.Up"/>.</param>
/// <param name="PassesSignatures">Whether its answers can be validated; null while that is not known.</param>
/// <param name="SignatureProblem">Why they cannot.</param>
public sealed record UpstreamStatus(
    string Zone,
    string Upstream,
    UpstreamState State,
    double? RoundTripMilliseconds,
    long Queries,
    long Answers,
    long Failures,
    bool Edns,
    bool KeepsCase,
    string? Problem,
    bool? PassesSignatures = null,
    string? SignatureProblem = null);

/// <summary>Whether an upstream is worth asking.</summary>
public enum UpstreamState
{
    /// <summary>Answers, or was not asked yet.</summary>
    Up,

    /// <summary>Did not answer several times in a row; a probe decides whether it or the names asked are dead.</summary>
    Suspect,

    /// <summary>Does not answer: asked only when all are down, and probed until it answers again.</summary>
    Down,

    /// <summary>Sends our own queries back to us.</summary>
    Looping,
}
