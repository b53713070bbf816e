using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>The types that a name has, as NSEC and NSEC3 say it: windows of 256 bits (RFC 4034 §4.1.2).</summary>
internal readonly struct TypeBitmap(byte[] data, int start)
{
    /// <summary>A zone cut seen from above: the records of the name itself are in the zone below (RFC 6840 §4.1).</summary>
    public bool IsDelegation => Has(RecordType.Ns) && !Has(RecordType.Soa);

    /// <summary>A type that is there not only to prove what is not.</summary>
    public bool HasData
    {
        get
        {
            for (var position = start; position + 2 <= data.Length; position += 2 + data[position + 1])
            {
                for (var i = 0; i < data[position + 1] && position + 2 + i < data.Length; i++)
                {
                    // RRSIG and NSEC are 46 and 47: the last two bits of this octet.
                    var proofs = data[position] == 0 && i == (int)RecordType.Nsec >> 3 ? 3 : 0;
                    if ((data[position + 2 + i] & ~proofs) != 0)
                        return true;
                }
            }

            return false;
        }
    }

    public bool Has(RecordType type)
    {
        var (window, bit) = ((ushort)type >> 8, (ushort)type & 0xFF);
        for (var position = start; position + 2 <= data.Length; position += 2 + data[position + 1])
        {
            if (data[position] != window)
                continue;
            var octet = position + 2 + (bit >> 3);
            return (bit >> 3) < data[position + 1] && octet < data.Length && (data[octet] & (0x80 >> (bit & 7))) != 0;
        }

        return false;
    }
}
