using System.Buffers;
using System.Globalization;
using System.Text;
using HomeCloud.Registry;

namespace HomeCloud.Dns.Projection;

/// <summary>What a person reads about a name: TXT strings, and why it has no address.</summary>
internal static class DescriptiveText
{
    // A character-string has one length octet, RFC 1035 §3.3.
    private const int MaxString = 255;

    private static readonly string[] FirstKeys =
        [RecordAttributes.Container, RecordAttributes.Image, RecordAttributes.Host, RecordAttributes.Network];

    /// <summary>Appends RDATA of the TXT record: container, image, host and network, then state and since when, then whatever else is known.</summary>
    public static void WriteTxtData(NameRecord record, ArrayBufferWriter<byte> data)
    {
        if (!record.Attributes.IsEmpty)
        {
            foreach (var key in FirstKeys)
            {
                if (record.Attributes.TryGetValue(key, out var value))
                    AppendString(data, key, value);
            }
        }

        AppendString(data, "state", StateText(record.State));
        if (record.Since > DateTimeOffset.UnixEpoch)
        {
            Span<char> since = stackalloc char[32];
            record.Since.UtcDateTime.TryFormat(since, out var length, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            AppendString(data, "since", since[..length]);
        }

        foreach (var (key, value) in record.Attributes)
        {
            if (!FirstKeys.Contains(key))
                AppendString(data, key, value);
        }

        AppendString(data, "owner", record.Owner);
    }

    /// <summary>Why a record without addresses has none; null when it has some, or is an alias.</summary>
    public static string? WhyNoAddress(NameRecord record)
    {
        if (!record.Addresses.IsEmpty || record.AliasOf is not null)
            return null;
        if (record.Explanation is { } explanation)
            return explanation;

        var container = record.Attributes.GetValueOrDefault(RecordAttributes.Container);
        var subject = container is null ? record.Name : $"container {container}";
        if (record.State == RecordState.Stopped)
        {
            var exit = record.Attributes.TryGetValue(RecordAttributes.ExitCode, out var code) ? $" (exit code {code})" : "";
            return record.Since > DateTimeOffset.UnixEpoch ? $"{subject} stopped {{ago}}{exit}" : $"{subject} is stopped{exit}";
        }

        return record.State switch
        {
            RecordState.Paused => $"{subject} is paused",
            RecordState.Asleep => $"{subject} is asleep, and its address is not known",
            _ => $"{subject} has no address on the LAN",
        };
    }

    private static string StateText(RecordState state) => state switch
    {
        RecordState.Running => "running",
        RecordState.Paused => "paused",
        RecordState.Asleep => "asleep",
        _ => "stopped",
    };

    private static void AppendString(ArrayBufferWriter<byte> data, string key, ReadOnlySpan<char> value)
    {
        // Any writer of the registry chooses keys of attributes: one that fills a string says nothing.
        if (Encoding.UTF8.GetByteCount(key) >= MaxString)
            return;
        var target = data.GetSpan(1 + MaxString);
        var octets = target.Slice(1, MaxString);
        var used = Encoding.UTF8.GetBytes(key, octets);
        octets[used++] = (byte)'=';
        used += AppendWhatFits(octets[used..], value);
        target[0] = (byte)used;
        data.Advance(1 + used);
    }

    // Stops before the character that does not fit.
    private static int AppendWhatFits(Span<byte> octets, ReadOnlySpan<char> value)
    {
        if (Encoding.UTF8.TryGetBytes(value, octets, out var used))
            return used;
        used = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Utf8SequenceLength > octets.Length - used)
                break;
            used += rune.EncodeToUtf8(octets[used..]);
        }

        return used;
    }
}
