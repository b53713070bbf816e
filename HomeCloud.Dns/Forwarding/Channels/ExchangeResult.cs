namespace HomeCloud.Dns.Forwarding.Channels;

/// <param name="Status">How it ended.</param>
/// <param name="Message">The reply's octets when <see cref="ExchangeStatus.Answered"/>.</param>
/// <param name="Problem">For a person, when <see cref="ExchangeStatus.Unreachable"/>.</param>
/// <param name="Age">Seconds that the reply spent in HTTP caches.</param>
internal readonly record struct ExchangeResult(ExchangeStatus Status, byte[]? Message = null, string? Problem = null, uint Age = 0)
{
    public static ExchangeResult Answered(byte[] message, uint age = 0) => new(ExchangeStatus.Answered, message, null, age);

    public static ExchangeResult Unreachable(string problem) => new(ExchangeStatus.Unreachable, null, problem);
}
