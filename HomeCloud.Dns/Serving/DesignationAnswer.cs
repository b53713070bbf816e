using HomeCloud.Dns.Serving.Designation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>Answers below <c>resolver.arpa</c> (RFC 9462): the encrypted services of this server, or that there are none. Allocates: a device asks once.</summary>
internal sealed class DesignationAnswer(DesignatedResolvers resolvers, SpecialNameAnswer special, EdnsResponder edns)
{
    // The certificate may be another one soon.
    private const uint Ttl = 300;

    private static readonly byte[] Name = DnsName.Parse("_dns.resolver.arpa");

    /// <param name="buffer">The query; the answer replaces it.</param>
    /// <param name="query">The query parsed; its name is at or below <c>resolver.arpa</c>.</param>
    /// <param name="context">Who asked, and which address.</param>
    /// <param name="above">Octets of the QNAME in front of <c>resolver.arpa</c>.</param>
    /// <returns>Length of the answer.</returns>
    public int Answer(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, int above)
    {
        string? problem = null;
        if (resolvers.HasServices && query.Type == RecordType.Svcb && query.Name.SequenceEqual(Name) && context.Local != default
            && resolvers.At(context.Local.ToIPAddress(), out problem) is { Count: > 0 } found)
        {
            return Write(buffer, query, context, found);
        }

        return special.Answer(buffer, query, context, SpecialNameKind.NoData, above, problem);
    }

    private int Write(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, IReadOnlyList<DesignatedResolver> found)
    {
        Reply.Begin(buffer, query, context, edns, out var reply);
        foreach (var resolver in found)
        {
            if (!reply.Writer.TryWriteRecord(Section.Answer, [0xC0, MessageHeader.Size], RecordType.Svcb, RecordClass.Internet, Ttl, resolver.ToData()))
                return reply.FinishTruncated(HeaderFlags.Authoritative);
        }

        // §4: with the addresses at hand a device need not ask for them. What does not fit is left out.
        var type = context.Local.IsIPv4 ? RecordType.A : RecordType.Aaaa;
        foreach (var target in found.Select(resolver => resolver.Target).DistinctBy(Convert.ToHexString))
            reply.Writer.TryWriteRecord(Section.Additional, target, type, RecordClass.Internet, Ttl, found[0].Address.GetAddressBytes());
        return reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative);
    }
}
