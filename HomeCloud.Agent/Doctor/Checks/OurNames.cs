using System.Net;
using System.Security.Cryptography;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>
/// Tells whether a resolver gets its answers for our zone from us. It is asked for a name that cannot exist and that nobody
/// has cached: our denial carries our SOA, the world's carries the root's, or none.
/// </summary>
internal static class OurNames
{
    /// <returns>Null when the resolver does not answer at all.</returns>
    public static async Task<bool?> KnowsAsync(Patient patient, IPEndPoint resolver, CancellationToken cancellationToken)
    {
        var probe = $"doctor-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}.{patient.Options.Zone}";
        var reply = await patient.Stub.AskAsync(resolver, probe, RecordType.A, cancellationToken);
        return reply is null ? null : reply.SoaOwner == patient.Options.Zone + ".";
    }
}
