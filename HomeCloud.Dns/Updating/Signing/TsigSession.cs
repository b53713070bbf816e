using System.Buffers.Binary;
using System.Security.Cryptography;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating.Signing;

/// <summary>One signed request and the answer to it: the answer's signature covers that of the request (RFC 8945 §5.3).</summary>
public sealed class TsigSession
{
    private const ushort Fudge = 300;
    private const int TimeLength = 6;

    private readonly TsigRecord _request;
    private readonly TsigKey? _key;

    private TsigSession(TsigRecord request, TsigKey? key, TsigError error)
    {
        _request = request;
        _key = key;
        Error = error;
    }

    /// <summary>What is wrong with the request; the answer's RCODE is then NOTAUTH.</summary>
    public TsigError Error { get; }

    /// <summary>Who signed it; only without <see cref="Error"/> is that proven.</summary>
    public TsigKey? Key => _key;

    /// <summary>The key that it names, known or not, for a person.</summary>
    public string KeyText => DnsName.ToText(_request.KeyName);

    /// <summary>Checks a request: key, signature, time, length of the signature, in this order (§5.2).</summary>
    /// <param name="message">Whole, as received.</param>
    /// <param name="request">The record that <see cref="TsigRecord.TryFind"/> found in it.</param>
    /// <param name="keys">Those that we know.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <returns>Null: a signature of this length is a format error (§5.2.2.1).</returns>
    public static TsigSession? Check(ReadOnlySpan<byte> message, TsigRecord request, IEnumerable<TsigKey> keys, long now)
    {
        var key = keys.FirstOrDefault(key => key.Name.AsSpan().SequenceEqual(request.KeyName) && key.Algorithm.Name.AsSpan().SequenceEqual(request.AlgorithmName));
        if (key is null)
            return new TsigSession(request, null, TsigError.BadKey);
        var length = request.Mac.Length;
        if (length > key.Algorithm.Length || length < Math.Max(10, key.Algorithm.Length / 2))
            return null;

        Span<byte> header = stackalloc byte[MessageHeader.Size];
        message[..MessageHeader.Size].CopyTo(header);
        MessageHeader.SetId(header, request.OriginalId);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)(MessageHeader.AdditionalCount(message) - 1));
        using var hash = key.Algorithm.Begin(key.Secret);
        hash.AppendData(header);
        hash.AppendData(message[MessageHeader.Size..request.Offset]);
        AppendVariables(hash, request);
        if (!CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset().AsSpan(0, length), request.Mac))
            return new TsigSession(request, null, TsigError.BadSignature);
        if (Math.Abs(now - (long)request.TimeSigned) > request.Fudge)
            return new TsigSession(request, key, TsigError.BadTime);
        return new TsigSession(request, key, length < key.Algorithm.Length ? TsigError.BadTruncation : TsigError.None);
    }

    /// <summary>Appends the answer's TSIG record and counts it. Without a proven key there is no signature in it (§5.3.2).</summary>
    /// <param name="buffer">Begins with the answer.</param>
    /// <param name="length">Octets of the answer so far.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <returns>Octets of the answer with it; the same as before when it does not fit.</returns>
    public int Sign(Span<byte> buffer, int length, long now)
    {
        // §5.2.3: who has a wrong clock is told ours, signed with the time that it believes in.
        byte[] other = [];
        if (Error == TsigError.BadTime)
        {
            other = new byte[TimeLength];
            WriteTime(other, (ulong)now);
        }

        var record = _request with { TimeSigned = Error == TsigError.BadTime ? _request.TimeSigned : (ulong)now, Fudge = Fudge, Mac = [], Error = (ushort)Error, OtherData = other, OriginalId = MessageHeader.Id(buffer) };
        if (_key is not null)
            record = record with { Mac = Mac(_key, buffer[..length], record) };
        var data = Data(record);
        var end = length + record.KeyName.Length + 10 + data.Length;
        if (end > buffer.Length)
            return length;
        record.KeyName.CopyTo(buffer[length..]);
        var rest = buffer[(length + record.KeyName.Length)..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)RecordType.Tsig);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)RecordClass.Any);
        rest.Slice(4, 4).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(rest[8..], (ushort)data.Length);
        data.CopyTo(rest[10..]);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[10..], (ushort)(MessageHeader.AdditionalCount(buffer) + 1));
        return end;
    }

    private byte[] Mac(TsigKey key, ReadOnlySpan<byte> message, TsigRecord record)
    {
        Span<byte> number = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)_request.Mac.Length);
        using var hash = key.Algorithm.Begin(key.Secret);
        hash.AppendData(number);
        hash.AppendData(_request.Mac);
        hash.AppendData(message);
        AppendVariables(hash, record);
        return hash.GetHashAndReset();
    }

    // §4.3.3, "TSIG Variables".
    private static void AppendVariables(IncrementalHash hash, TsigRecord record)
    {
        Span<byte> numbers = stackalloc byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(numbers, (ushort)RecordClass.Any);
        numbers[2..6].Clear();
        hash.AppendData(record.KeyName);
        hash.AppendData(numbers[..6]);
        hash.AppendData(record.AlgorithmName);
        WriteTime(numbers, record.TimeSigned);
        BinaryPrimitives.WriteUInt16BigEndian(numbers[6..], record.Fudge);
        BinaryPrimitives.WriteUInt16BigEndian(numbers[8..], record.Error);
        BinaryPrimitives.WriteUInt16BigEndian(numbers[10..], (ushort)record.OtherData.Length);
        hash.AppendData(numbers);
        hash.AppendData(record.OtherData);
    }

    private static byte[] Data(TsigRecord record)
    {
        var name = record.AlgorithmName;
        var data = new byte[name.Length + 16 + record.Mac.Length + record.OtherData.Length];
        name.CopyTo(data, 0);
        var rest = data.AsSpan(name.Length);
        WriteTime(rest, record.TimeSigned);
        BinaryPrimitives.WriteUInt16BigEndian(rest[6..], record.Fudge);
        BinaryPrimitives.WriteUInt16BigEndian(rest[8..], (ushort)record.Mac.Length);
        record.Mac.CopyTo(rest[10..]);
        rest = rest[(10 + record.Mac.Length)..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, record.OriginalId);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], record.Error);
        BinaryPrimitives.WriteUInt16BigEndian(rest[4..], (ushort)record.OtherData.Length);
        record.OtherData.CopyTo(rest[6..]);
        return data;
    }

    private static void WriteTime(Span<byte> target, ulong seconds)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)(seconds >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(target[2..], (uint)seconds);
    }
}
