namespace HomeCloud.Dns.Telemetry.Activity;

/// <summary>
/// Lets a page watch the resolver. Single queries are followed only while somebody looks, and a few minutes longer: a home
/// in which nobody does keeps no record of who asked what.
/// </summary>
public interface IResolverActivity
{
    /// <summary>The state now; asking counts as looking.</summary>
    ActivitySnapshot Look();
}
