using System.Buffers.Binary;
using System.Runtime.InteropServices;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Caching;

/// <summary>Turns a message into a <see cref="CachedResponse"/>: finds and clamps its TTLs, decides how long it lives.</summary>
public sealed class CachedResponseBuilder(CacheOptions options)
{
    private const uint SignBit = 0x8000_0000;

    /// <summary>A TTL under this is too short to be worth a refresh ahead of time.</summary>
    private const long ShortestRefreshedMilliseconds = 5_000;

    /// <param name="question">What was asked.</param>
    /// <param name="message">The response without OPT, its question in place. Octets behind its records are not looked at.</param>
    /// <param name="code">RCODE with the extension bits that stood in the OPT record.</param>
    /// <param name="ednsOptions">Whole EDNS options to hand on.</param>
    /// <param name="age">Seconds that the response spent in caches on the way (HTTP Age, RFC 8484 §5.1).</param>
    /// <param name="now">Monotonic milliseconds.</param>
    /// <param name="denialTtl">Seconds for which an answer that says nothing, and has no SOA, may be remembered.</param>
    /// <param name="verdict">What validation found.</param>
    /// <returns>Null when the message is malformed.</returns>
    public CachedResponse? Build(CacheQuestion question, ReadOnlySpan<byte> message, ResponseCode code, ReadOnlySpan<byte> ednsOptions, uint age, long now, uint? denialTtl = null, Security verdict = Security.Unchecked)
    {
        ArgumentNullException.ThrowIfNull(question);
        int answers = MessageHeader.AnswerCount(message);
        int authorities = MessageHeader.AuthorityCount(message);
        var records = answers + authorities + MessageHeader.AdditionalCount(message);
        var octets = new byte[message.Length + (2 * records) + ednsOptions.Length];
        message.CopyTo(octets);
        var copy = octets.AsSpan(0, message.Length);
        Prepare(copy, question);

        var offsets = MemoryMarshal.Cast<byte, ushort>(octets.AsSpan(message.Length, 2 * records));
        ednsOptions.CopyTo(octets.AsSpan(message.Length + (2 * records)));
        var kind = code is ResponseCode.NoError or ResponseCode.NameError ? ResponseKind.Negative : ResponseKind.Failure;
        var lifetime = uint.MaxValue;
        var soa = false;
        var additionalStart = message.Length;
        var reader = new MessageReader(copy, question.QuestionEnd);
        for (var i = 0; i < records; i++)
        {
            if (i == answers + authorities)
                additionalStart = reader.Position;
            if (!reader.TryReadRecord(out var record))
                return null;
            offsets[i] = (ushort)record.TtlOffset;
            var ttl = Clamp(record.Ttl, age);
            if (i < answers && kind == ResponseKind.Negative && code == ResponseCode.NoError && Answers(record.Type, question.Type))
                kind = ResponseKind.Positive;
            if (i >= answers && i < answers + authorities && record.Type == RecordType.Soa && TryReadMinimum(copy, record, out var minimum))
            {
                // RFC 2308 §5: a negative answer lives for the lesser of the SOA's TTL and its MINIMUM.
                soa = true;
                if (kind == ResponseKind.Negative)
                    ttl = Math.Min(Math.Min(ttl, minimum), (uint)options.MaxNegativeTtl);
            }

            BinaryPrimitives.WriteUInt32BigEndian(copy[record.TtlOffset..], ttl);
            lifetime = Math.Min(lifetime, ttl);
        }

        if (reader.Position != message.Length)
            return null;
        // Where others are named it is a referral (RFC 2308 §2.2), where there are proofs it is a validator's.
        if (kind == ResponseKind.Negative && code == ResponseCode.NoError && authorities == 0)
            return Build(question, WithSoa(copy[..additionalStart], question, DenialTtl(denialTtl, age)), code, ednsOptions, 0, now, verdict: verdict);
        lifetime = kind switch
        {
            ResponseKind.Failure => (uint)options.FailureTtl,
            ResponseKind.Negative when soa => lifetime,
            ResponseKind.Negative => DenialTtl(denialTtl, age),
            _ => lifetime,
        };

        // RFC 2308 §5: NXDOMAIN denies the name, whatever the type; behind an alias it denies another name.
        // The denial of a DS record is judged by the zone above only: without signatures it says nothing about other types.
        var deniesName = code == ResponseCode.NameError && answers == 0 && (question.Type != RecordType.Ds || verdict == Security.Secure);
        var subject = deniesName ? question.OfAnyType() : question;
        return Create(subject, octets, copy.Length, records, kind, code, additionalStart, lifetime, now, verdict);
    }

    /// <summary>A failure of our own making: no upstream gave a usable answer.</summary>
    public CachedResponse BuildFailure(CacheQuestion question, ReadOnlySpan<byte> ednsOptions, long now, bool remember = true, Security verdict = Security.Unchecked)
    {
        ArgumentNullException.ThrowIfNull(question);
        var octets = new byte[question.QuestionEnd + ednsOptions.Length];
        ednsOptions.CopyTo(octets.AsSpan(question.QuestionEnd));
        Prepare(octets, question);
        return Create(question, octets, question.QuestionEnd, 0, ResponseKind.Failure, ResponseCode.ServerFailure, question.QuestionEnd, remember ? (uint)options.FailureTtl : 0, now, verdict);
    }

    private CachedResponse Create(CacheQuestion question, byte[] octets, int length, int records, ResponseKind kind, ResponseCode code, int additionalStart, uint lifetime, long now, Security verdict)
    {
        var milliseconds = lifetime * 1_000L;
        var stale = options.ServeStale && kind != ResponseKind.Failure ? options.MaxStale * 1_000L : 0;
        var refreshed = options.Prefetch && kind != ResponseKind.Failure && milliseconds >= ShortestRefreshedMilliseconds;
        return new CachedResponse(octets, length, records, question)
        {
            Kind = kind,
            Code = code,
            IsAuthentic = (MessageHeader.Flags(octets) & HeaderFlags.AuthenticData) != 0,
            Verdict = verdict,
            AdditionalStart = additionalStart,
            StoredAt = now,
            ExpiresAt = now + milliseconds,
            UselessAt = now + milliseconds + (milliseconds > 0 ? stale : 0),
            RefreshAt = refreshed ? now + milliseconds - (milliseconds / 10) : long.MaxValue,
        };
    }

    // RFC 2308 §5: without SOA a negative answer is not cached; an alias that leads nowhere is none that may be kept for its own
    // TTL. But what we dropped from an answer the upstream would give again.
    private uint DenialTtl(uint? given, uint age) =>
        given is { } ttl ? Math.Clamp(Clamp(ttl, age), (uint)options.FailureTtl, (uint)Math.Max(options.FailureTtl, options.MaxNegativeTtl)) : 0;

    /// <summary>The NODATA with a SOA of the name that was asked for, so that every client takes it for one; the additional section is cut off.</summary>
    private static byte[] WithSoa(ReadOnlySpan<byte> message, CacheQuestion question, uint ttl)
    {
        var data = StartOfAuthority.Data([0], "\u0006nobody\u0007invalid\0"u8, 1, 3600, 1200, 604_800, ttl);
        var whole = new byte[message.Length + 12 + data.Length];
        message.CopyTo(whole);
        var writer = new MessageWriter(whole, message.Length);
        writer.TryWriteRecord(Section.Authority, [0xC0, MessageHeader.Size], RecordType.Soa, question.Class, ttl, data);
        MessageHeader.SetCounts(whole, 1, MessageHeader.AnswerCount(message), writer.AuthorityCount, 0);
        return whole;
    }

    private static void Prepare(Span<byte> message, CacheQuestion question)
    {
        MessageHeader.SetId(message, 0);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], 1);
        question.Name.CopyTo(message[MessageHeader.Size..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[(question.QuestionEnd - 4)..], (ushort)question.Type);
        BinaryPrimitives.WriteUInt16BigEndian(message[(question.QuestionEnd - 2)..], (ushort)question.Class);
    }

    private uint Clamp(uint ttl, uint age)
    {
        // RFC 2181 §8: a TTL with the top bit set counts as zero.
        if ((ttl & SignBit) != 0)
            ttl = 0;
        ttl = ttl > age ? ttl - age : 0;
        return Math.Clamp(ttl, (uint)options.MinTtl, (uint)options.MaxTtl);
    }

    private static bool Answers(RecordType type, RecordType asked) =>
        type == asked || asked is RecordType.Any or RecordType.Maila or RecordType.Mailb;

    private static bool TryReadMinimum(ReadOnlySpan<byte> message, RecordView soa, out uint minimum)
    {
        minimum = 0;
        var reader = new MessageReader(message, soa.DataOffset);
        if (!reader.TrySkipName() || !reader.TrySkipName() || reader.Position + 20 > soa.End)
            return false;
        minimum = BinaryPrimitives.ReadUInt32BigEndian(message[(reader.Position + 16)..]);
        return true;
    }
}
