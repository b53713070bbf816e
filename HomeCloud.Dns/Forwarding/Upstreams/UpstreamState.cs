namespace HomeCloud.Dns.Forwarding.Upstreams;

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
