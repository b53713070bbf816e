namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>Whether a message answers our query (RFC 5452 §9.1).</summary>
internal enum ReplyMatch
{
    /// <summary>Another id, another question, or no response at all.</summary>
    Mismatch,

    Match,

    /// <summary>The question differs in letter case only: a forger who did not know it, or an upstream that changes case.</summary>
    CaseDiffers,

    /// <summary>An error from a server that did not understand enough of the query to repeat its question.</summary>
    ErrorWithoutQuestion,
}
