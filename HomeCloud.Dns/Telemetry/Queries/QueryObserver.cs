using System.Diagnostics;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>What is known of the traffic: counters and times always, single queries only while a page follows them.</summary>
internal sealed class QueryObserver : IDisposable
{
    private readonly QueryInstruments _instruments;
    private volatile QueryRing? _ring;

    public QueryObserver() => _instruments = new QueryInstruments(this);

    public QueryCounters Counters { get; } = new();

    /// <summary>Where single queries go; null, the default, when nobody wants them.</summary>
    public QueryRing? Ring
    {
        get => _ring;
        set => _ring = value;
    }

    /// <param name="response">The answer, question included.</param>
    /// <param name="context">Who asked.</param>
    /// <param name="started"><see cref="Stopwatch"/> time, or 0 when this answer is not timed.</param>
    /// <param name="blockedBy">The block list that decided; null: none.</param>
    /// <param name="verdict">What validation found.</param>
    public void Answered(ReadOnlySpan<byte> response, scoped in QueryContext context, long started, string? blockedBy = null, Security verdict = Security.Unchecked)
    {
        if (response.Length < MessageHeader.Size)
            return;
        var source = blockedBy is not null ? AnswerSource.Blocked : (MessageHeader.Flags(response) & HeaderFlags.Authoritative) != 0 ? AnswerSource.Local : AnswerSource.Immediate;
        var elapsed = started == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(started);
        if (started != 0)
            _instruments.RecordDuration(elapsed, source);
        Note(response, context.Client, context.Transport, source, elapsed, blockedBy, verdict);
    }

    public void AnsweredLate(ReadOnlySpan<byte> response, ClientAddress client, QueryTransport transport, long started, string? blockedBy = null, Security verdict = Security.Unchecked)
    {
        if (response.Length < MessageHeader.Size)
            return;
        var elapsed = Stopwatch.GetElapsedTime(started);
        // One of ours was held while its server woke.
        var source = blockedBy is not null ? AnswerSource.Blocked
            : (MessageHeader.Flags(response) & HeaderFlags.Authoritative) != 0 ? AnswerSource.Local : AnswerSource.Forwarded;
        _instruments.RecordDuration(elapsed, source);
        if (source == AnswerSource.Forwarded)
            Counters.CountDuration(elapsed.TotalMilliseconds);
        Note(response, client, transport, source, elapsed, blockedBy, verdict);
    }

    public void Dispose() => _instruments.Dispose();

    private void Note(ReadOnlySpan<byte> response, ClientAddress client, QueryTransport transport, AnswerSource source, TimeSpan elapsed, string? blockedBy, Security verdict)
    {
        var code = MessageHeader.ResponseCode(response);
        var name = QuestionOf(response, out var type);
        Counters.CountAnswer(code, source, type);
        if (_ring is not { } ring)
            return;

        var record = new QueryRecord
        {
            Time = DateTime.UtcNow.Ticks,
            Client = client,
            Transport = transport,
            Source = source,
            BlockedBy = blockedBy,
            Verdict = verdict,
            Type = type,
            ResponseCode = code,
            Microseconds = (uint)Math.Min(uint.MaxValue, elapsed.TotalMicroseconds),
        };
        record.SetName(name);
        ring.TryWrite(record);
    }

    private static ReadOnlySpan<byte> QuestionOf(ReadOnlySpan<byte> response, out RecordType type)
    {
        type = RecordType.None;
        if (MessageHeader.QuestionCount(response) == 0)
            return default;
        var question = response[MessageHeader.Size..];
        var length = DnsName.Measure(question);
        if (length == 0 || question.Length < length + 4)
            return default;
        type = (RecordType)System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(question[length..]);
        return question[..length];
    }
}
