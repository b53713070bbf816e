using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>One RRset as it goes on the wire: complete records whose owner is a pointer to the question's name.</summary>
public readonly ref struct RecordSetView
{
    /// <summary>Octets in front of RDATA: the owner pointer (2), TYPE, CLASS, TTL, RDLENGTH.</summary>
    public const int RecordHeaderSize = 12;

    public required RecordType Type { get; init; }

    public required int Count { get; init; }

    public required ReadOnlySpan<byte> Records { get; init; }

    /// <summary>RDATA ends in a name relative to the zone: the zone's origin must be appended to each record. This is what lets several zones share one table.</summary>
    public required bool EndsInRelativeName { get; init; }

    /// <summary>Splits the first record off <paramref name="records"/>.</summary>
    public static ReadOnlySpan<byte> TakeRecord(scoped ref ReadOnlySpan<byte> records)
    {
        var length = RecordHeaderSize + ((records[10] << 8) | records[11]);
        var record = records[..length];
        records = records[length..];
        return record;
    }
}
