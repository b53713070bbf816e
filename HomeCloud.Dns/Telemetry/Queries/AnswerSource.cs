namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>Where an answer came from, as far as the answer itself shows it.</summary>
public enum AnswerSource : byte
{
    /// <summary>Our zones and special-use names: the AA bit is set.</summary>
    Local,

    /// <summary>Answered at once without authority: the cache, or an error.</summary>
    Immediate,

    /// <summary>An upstream server had to be asked.</summary>
    Forwarded,
}
