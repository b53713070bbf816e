namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>
/// Since when a connection owes an answer. A router that forgot the flow drops everything without a word, and TCP itself
/// goes on trying for a quarter of an hour.
/// </summary>
internal sealed class SilenceWatch(TimeProvider time)
{
    // Timestamp of the first question since anything came; 0 when there is none.
    private long _since;

    public TimeSpan Silence => Volatile.Read(ref _since) is var since and not 0 ? time.GetElapsedTime(since) : TimeSpan.Zero;

    public void Sent() => Interlocked.CompareExchange(ref _since, Now(), 0);

    /// <param name="owesMore">Whether other questions wait still.</param>
    public void Received(bool owesMore) => Volatile.Write(ref _since, owesMore ? Now() : 0);

    private long Now() => time.GetTimestamp() is var now and not 0 ? now : 1;
}
