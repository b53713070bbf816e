namespace HomeCloud.Dns.Serving;

/// <summary>What became of a query.</summary>
public enum Disposition
{
    /// <summary>Nothing is sent: the message was a response, too short for a header, or refused in silence.</summary>
    Dropped,

    /// <summary>The response is in the buffer.</summary>
    Answered,

    /// <summary>The response follows through the reply path that the handler captured.</summary>
    Deferred,
}
