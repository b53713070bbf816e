using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>The stage behind our zones and the special-use names: cache, then upstream servers.</summary>
public interface IForwarding
{
    /// <summary>
    /// Answers a well-formed, permitted IN-class query for a name that is not ours: from the cache in place, or later
    /// through a captured reply path. Never blocks and never throws for bad input.
    /// </summary>
    /// <remarks>
    /// Keep <see cref="ReplyTerms.Read"/> for a late answer, and let <see cref="EdnsResponder"/> limit its length and write
    /// its OPT record, so that cookies, sizes and padding are the same for every kind of answer.
    /// </remarks>
    /// <param name="buffer">The query as received, from its first octet; the answer replaces it.</param>
    /// <param name="query">The query parsed; its numbers stay valid while the buffer is overwritten.</param>
    /// <param name="context">Who asked, and how.</param>
    /// <param name="responseLength">Octets to send when the result is <see cref="Disposition.Answered"/>, else 0.</param>
    Disposition Resolve(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, out int responseLength);

    /// <summary>Whether a rule of its own (<c>--forward lan=192.168.1.1</c>) covers this folded name: such a rule beats the special-use names, never what is in our zones.</summary>
    /// <param name="foldedName">Folded, in wire form.</param>
    /// <param name="leastZoneLength">Octets that the rule's zone must have: with those of a zone of ours, only rules for it or for what is below it count.</param>
    bool HasRuleFor(ReadOnlySpan<byte> foldedName, int leastZoneLength = 0);

    /// <summary>For a person, in the TXT of <c>check.home</c>: the upstream in use now, or why there is none.</summary>
    string UpstreamInUse { get; }

    /// <summary>Likewise: whether answers from outside are validated, or why not.</summary>
    string ValidationInUse { get; }
}
