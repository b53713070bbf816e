using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>
/// All RRsets of one name in one array: for each, TYPE, count and length (two octets each), then its records. The top bit of
/// the count says that their RDATA ends in a relative name. One small
/// array a name keeps the tables compact and the lookup of a type a short walk.
/// </summary>
internal static class RecordSets
{
    public const int HeaderSize = 6;

    public const ushort RelativeFlag = 0x8000;

    public static bool TryFind(ReadOnlySpan<byte> packed, RecordType type, out RecordSetView set)
    {
        while (TryTake(ref packed, out set))
        {
            if (set.Type == type)
                return true;
        }

        return false;
    }

    /// <summary>Splits the first RRset off <paramref name="packed"/>.</summary>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> packed, out RecordSetView set)
    {
        if (packed.IsEmpty)
        {
            set = default;
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16LittleEndian(packed[4..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(packed[2..]);
        set = new RecordSetView
        {
            Type = (RecordType)BinaryPrimitives.ReadUInt16LittleEndian(packed),
            Count = count & ~RelativeFlag,
            EndsInRelativeName = (count & RelativeFlag) != 0,
            Records = packed.Slice(HeaderSize, length),
        };
        packed = packed[(HeaderSize + length)..];
        return true;
    }
}
