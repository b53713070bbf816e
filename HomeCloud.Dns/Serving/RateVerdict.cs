namespace HomeCloud.Dns.Serving;

public enum RateVerdict
{
    Answer,

    /// <summary>Over the limit: answer with TC and nothing else.</summary>
    Truncate,

    /// <summary>Over the limit: no answer.</summary>
    Drop,
}
