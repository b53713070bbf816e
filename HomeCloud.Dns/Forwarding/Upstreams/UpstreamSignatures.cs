namespace HomeCloud.Dns.Forwarding.Upstreams;

/// <summary>Whether an upstream hands on what the validation of its answers needs, as far as that was found out.</summary>
/// <param name="Passes">Null: not known.</param>
/// <param name="Problem">Why not, to be put behind its address; null when it does, or nobody knows.</param>
internal sealed record UpstreamSignatures(bool? Passes, string? Problem)
{
    public static UpstreamSignatures Unknown { get; } = new(null, null);

    public static UpstreamSignatures Passing { get; } = new(true, null);
}
