namespace HomeCloud.Dns.Resolving;

/// <summary>Whether a query may wait for an answer from outside.</summary>
internal enum ForwardingAdmission
{
    Waiting,

    /// <summary>Not now, but there is an old answer: it goes out at once.</summary>
    AnswerStale,

    /// <summary>Too many wait already.</summary>
    Refused,
}
