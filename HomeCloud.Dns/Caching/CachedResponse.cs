using System.Buffers.Binary;
using System.Runtime.InteropServices;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Caching;

/// <summary>
/// One upstream response, whole, without its OPT record, and with the offsets of its TTLs. Immutable but for the
/// few fields that the cache and its hits mark; those are single writes that may race without harm.
/// </summary>
public sealed class CachedResponse
{
    /// <summary>Octets that one response costs besides its message: this object, the array's header, its place in a bucket.</summary>
    public const int Overhead = 208;

    /// <summary>Hits beyond this are not counted: one octet is enough to know what is popular.</summary>
    internal const byte MaxFrequency = 3;

    // The message, then the offsets of its TTLs (two octets each), then EDNS options to pass on.
    private readonly byte[] _octets;
    private readonly int _messageLength;
    private readonly int _ttlCount;

    internal CachedResponse? NextInBucket;
    internal CachedResponse? Newer;
    internal CachedResponse? Older;
    internal byte Frequency;
    internal CachedQueue Queue;
    private int _refreshing;
    private object? _mark;
    private long _recheckAt;

    internal CachedResponse(byte[] octets, int messageLength, int ttlCount, CacheQuestion question)
    {
        _octets = octets;
        _messageLength = messageLength;
        _ttlCount = ttlCount;
        Hash = question.Hash;
        Type = question.Type;
        Class = question.Class;
        Variant = question.Variant;
        QuestionEnd = question.QuestionEnd;
    }

    public int Hash { get; }

    public RecordType Type { get; }

    public RecordClass Class { get; }

    public QuestionVariant Variant { get; }

    public ResponseKind Kind { get; internal init; }

    /// <summary>With the extension bits that stood in the OPT record.</summary>
    public ResponseCode Code { get; internal init; }

    public bool IsAuthentic { get; internal init; }

    /// <summary>What validation found.</summary>
    public Security Verdict { get; internal init; }

    public int QuestionEnd { get; }

    /// <summary>Where the additional section begins: what may be left out of an answer that is too long (RFC 2181 §9).</summary>
    public int AdditionalStart { get; internal init; }

    /// <summary>Monotonic milliseconds.</summary>
    public long StoredAt { get; internal init; }

    /// <summary>From here on the response is stale. Equals <see cref="StoredAt"/> when it must not be cached at all.</summary>
    public long ExpiresAt { get; internal init; }

    /// <summary>From here on the response is of no use at all.</summary>
    public long UselessAt { get; internal init; }

    /// <summary>From here on a popular response is fetched anew.</summary>
    public long RefreshAt { get; internal init; }

    public int Size => Overhead + _octets.Length;

    /// <summary>Folded, in wire form.</summary>
    public ReadOnlySpan<byte> Name => _octets.AsSpan(MessageHeader.Size, QuestionEnd - 4 - MessageHeader.Size);

    public ReadOnlySpan<byte> Message => _octets.AsSpan(0, _messageLength);

    public int MessageLength => _messageLength;

    /// <summary>EDNS options of the upstream that askers get too: extended errors, whole options one after another.</summary>
    public ReadOnlySpan<byte> Options => _octets.AsSpan(_messageLength + (2 * _ttlCount));

    /// <summary>What the stage in front of the cache found out about this response, for as long as it is kept.</summary>
    internal object? Mark
    {
        get => Volatile.Read(ref _mark);
        set => Volatile.Write(ref _mark, value);
    }

    public bool IsFresh(long now) => now < ExpiresAt;

    /// <summary>Whether a stale answer goes out at once, because a refresh failed or took too long a moment ago (RFC 8767 §5).</summary>
    public bool IsInRecheck(long now) => now < Volatile.Read(ref _recheckAt);

    public void StartRecheck(long until) => Volatile.Write(ref _recheckAt, until);

    /// <summary>True once for the caller that shall refresh this popular response; false for all others.</summary>
    public bool TryBeginRefresh() => Frequency >= 2 && Interlocked.Exchange(ref _refreshing, 1) == 0;

    /// <summary>A refresh that failed may be tried again.</summary>
    public void EndRefresh() => Volatile.Write(ref _refreshing, 0);

    internal bool Matches(ReadOnlySpan<byte> foldedName, RecordType type, RecordClass @class, QuestionVariant variant) =>
        type == Type && variant == Variant && @class == Class && foldedName.SequenceEqual(Name);

    internal bool SameQuestion(CachedResponse other) => Hash == other.Hash && Matches(other.Name, other.Type, other.Class, other.Variant);

    /// <summary>
    /// Copies counts and records behind the header and question that already stand in <paramref name="buffer"/>;
    /// TTLs are counted down. Id, flags and question stay as they are.
    /// </summary>
    /// <param name="buffer">Ends where the copy ends: at <see cref="MessageLength"/>, or at <see cref="AdditionalStart"/> to leave the additional section out.</param>
    /// <param name="elapsedSeconds">Time since <see cref="StoredAt"/>.</param>
    public void CopyRecordsTo(Span<byte> buffer, uint elapsedSeconds)
    {
        CopyOctetsTo(buffer);
        foreach (var offset in TtlOffsets())
        {
            if (offset >= buffer.Length)
                break;
            var field = buffer.Slice(offset, 4);
            var ttl = BinaryPrimitives.ReadUInt32BigEndian(field);
            BinaryPrimitives.WriteUInt32BigEndian(field, ttl > elapsedSeconds ? ttl - elapsedSeconds : 0);
        }
    }

    /// <summary>The same for a stale answer, whose TTLs all are <paramref name="ttl"/> (RFC 8767 §4).</summary>
    public void CopyStaleRecordsTo(Span<byte> buffer, uint ttl)
    {
        CopyOctetsTo(buffer);
        foreach (var offset in TtlOffsets())
        {
            if (offset >= buffer.Length)
                break;
            BinaryPrimitives.WriteUInt32BigEndian(buffer.Slice(offset, 4), ttl);
        }
    }

    private void CopyOctetsTo(Span<byte> buffer)
    {
        Message[QuestionEnd..buffer.Length].CopyTo(buffer[QuestionEnd..]);
        Message[4..MessageHeader.Size].CopyTo(buffer[4..]);
        if (buffer.Length < MessageLength)
            BinaryPrimitives.WriteUInt16BigEndian(buffer[10..], 0);
    }

    private ReadOnlySpan<ushort> TtlOffsets() => MemoryMarshal.Cast<byte, ushort>(_octets.AsSpan(_messageLength, 2 * _ttlCount));
}

/// <summary>What a cached response says, as far as its lifetime depends on it.</summary>
public enum ResponseKind : byte
{
    /// <summary>Has what was asked for, or leads there.</summary>
    Positive,

    /// <summary>NXDOMAIN or NODATA (RFC 2308).</summary>
    Negative,

    /// <summary>The name could not be resolved (RFC 9520).</summary>
    Failure,
}
