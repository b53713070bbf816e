using System.Net;
using System.Security.Cryptography;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Wire;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>
/// Tells whether a resolver gets its answers for our zone from us. It is asked for a name that cannot exist and that nobody
/// has cached: our denial carries our SOA, the world's carries the root's, or none.
/// </summary>
internal static class OurNames
{
    // Nobody can teach a public resolver anything: RFC 1918 and this machine. (For IPv6: IsAtHome.)
    private static readonly IPNetwork[] AtHome =
    [
        new(new IPAddress([127, 0, 0, 0]), 8), new(new IPAddress([10, 0, 0, 0]), 8), new(new IPAddress([172, 16, 0, 0]), 12), new(new IPAddress([192, 168, 0, 0]), 16),
    ];

    /// <summary>
    /// Whether a resolver of the home validates and believes the signed root that our zone does not exist: it refuses what it hears
    /// from us, or answers from the root's proof alone and asks nobody any more (RFC 8198).
    /// </summary>
    public static async Task<bool> RefusesAsync(Patient patient, IPEndPoint resolver, CancellationToken cancellationToken)
    {
        var reply = await patient.Stub.AskAsync(resolver, Probe(patient), RecordType.A, cancellationToken);
        if (reply is null || reply.SoaOwner == patient.Options.Zone + ".")
            return false;
        if (reply is { ResponseCode: ResponseCode.NameError, SoaOwner: ".", IsAuthentic: true } && IsAtHome(resolver.Address))
            return true;
        var unvalidated = await patient.Stub.AskUncheckedAsync(resolver, Probe(patient), RecordType.A, cancellationToken);
        return unvalidated?.SoaOwner == patient.Options.Zone + ".";
    }

    /// <returns>Null when the resolver does not answer at all.</returns>
    public static async Task<bool?> KnowsAsync(Patient patient, IPEndPoint resolver, CancellationToken cancellationToken)
    {
        var reply = await patient.Stub.AskAsync(resolver, Probe(patient), RecordType.A, cancellationToken);
        return reply is null ? null : reply.SoaOwner == patient.Options.Zone + ".";
    }

    private static bool IsAtHome(IPAddress address) =>
        IPAddress.IsLoopback(address) || address.IsIPv6UniqueLocal || address.IsIPv6LinkLocal || AtHome.Any(network => network.Contains(address));

    private static string Probe(Patient patient) => $"doctor-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}.{patient.Options.Zone}";
}
