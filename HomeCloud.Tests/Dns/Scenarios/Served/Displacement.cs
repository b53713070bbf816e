using HomeCloud.Dns.Serving.Access;

namespace HomeCloud.Tests.Dns.Scenarios.Served;

/// <summary>Where a scenario's client sits and what time it is there: sockets have only loopback and the true clock to offer.</summary>
internal sealed class Displacement
{
    private long _now = Environment.TickCount64;

    /// <summary>Null leaves both addresses as they are.</summary>
    public volatile Places? Seen;

    public long Now => Volatile.Read(ref _now);

    public void Advance(long milliseconds) => Interlocked.Add(ref _now, milliseconds);

    internal sealed record Places(ClientAddress Client, ClientAddress Local);
}
