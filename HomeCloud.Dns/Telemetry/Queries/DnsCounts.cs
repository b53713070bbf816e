namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>What the server has answered since its start. Each answer is local, cached, forwarded, blocked or failed.</summary>
/// <param name="Values">In the order of the constants.</param>
public sealed record DnsCounts(long[] Values)
{
    /// <summary>Messages received.</summary>
    public const int Queries = 0;

    public const int Local = 1;
    public const int Cached = 2;
    public const int Forwarded = 3;
    public const int Blocked = 4;

    /// <summary>Errors: SERVFAIL, REFUSED and every other code but NXDOMAIN.</summary>
    public const int Failed = 5;

    /// <summary>The first of the classes of <see cref="Bounds"/>.</summary>
    public const int Durations = 6;

    /// <summary>Milliseconds below which the answer of an upstream was; the last class has also what took longer.</summary>
    public static ReadOnlySpan<double> Bounds => [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 10_000];

    public static int Length => Durations + Bounds.Length;
}
