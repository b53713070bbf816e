using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Forwarding.Inspection;

/// <summary>
/// RDATA of the types we know: whether it can be of its type, and the same with its names unpacked. Types that we do not
/// know pass as they are (RFC 3597 §3).
/// </summary>
internal static class RecordData
{
    /// <summary>What unpacking can add: two names at most.</summary>
    public const int Growth = 2 * DnsName.MaxLength;

    /// <param name="message">Where the record stands.</param>
    /// <param name="record">Of class IN, or its RDATA is not looked into.</param>
    /// <param name="data">Receives RDATA without compression; needs <see cref="RecordView.DataLength"/> and <see cref="Growth"/> octets.</param>
    /// <param name="length">Octets written.</param>
    /// <param name="mustUnpack">It holds compressed names, and its type is none of those that every program can unpack (RFC 3597 §4).</param>
    /// <returns>False when it cannot be RDATA of its type.</returns>
    public static bool TryUnpack(ReadOnlySpan<byte> message, in RecordView record, Span<byte> data, out int length, out bool mustUnpack)
    {
        length = 0;
        mustUnpack = false;
        var compressed = false;
        var position = record.DataOffset;
        foreach (var part in Parts(record))
        {
            var room = record.End - position;
            if (part == 'n')
            {
                var reader = new MessageReader(message, position);
                if (room == 0 || !reader.TryReadName(data[length..], out var name) || reader.Position > record.End)
                    return false;
                compressed |= name != reader.Position - position;
                length += name;
                position = reader.Position;
                continue;
            }

            var octets = Measure(part, message.Slice(position, room));
            if (octets < 0 || octets > room)
                return false;
            message.Slice(position, octets).CopyTo(data[length..]);
            length += octets;
            position += octets;
        }

        mustUnpack = compressed && !MayBeCompressed(record.Type);
        return position == record.End;
    }

    // A digit: so many octets. n: name. s: character string. t: one or more of them, to the end. p: parameters of a service. r: the rest.
    private static string Parts(in RecordView record) => record.Class != RecordClass.Internet ? "r" : (ushort)record.Type switch
    {
        1 => "4",                                        // A
        2 or 3 or 4 or 5 or 7 or 8 or 9 or 12 or 39 => "n", // NS MD MF CNAME MB MG MR PTR DNAME
        6 => "nn884",                                    // SOA
        13 => "ss",                                      // HINFO
        14 or 17 => "nn",                                // MINFO RP
        15 or 18 or 21 or 36 => "2n",                    // MX AFSDB RT KX
        16 or 99 => "t",                                 // TXT SPF
        24 or 46 => "882nr",                             // SIG RRSIG
        26 => "2nn",                                     // PX
        28 => "88",                                      // AAAA
        29 => "88",                                      // LOC
        30 or 47 => "nr",                                // NXT NSEC
        33 => "6n",                                      // SRV
        35 => "4sssn",                                   // NAPTR
        37 or 43 or 59 => "5r",                          // CERT DS CDS
        44 => "2r",                                      // SSHFP
        48 or 60 or 256 => "4r",                         // DNSKEY CDNSKEY URI
        50 => "4ssr",                                    // NSEC3
        51 => "4s",                                      // NSEC3PARAM
        52 or 53 => "3r",                                // TLSA SMIMEA
        64 or 65 => "2np",                               // SVCB HTTPS
        257 => "1sr",                                    // CAA
        _ => "r",
    };

    // The types of RFC 1035: programs that know compression know them.
    private static bool MayBeCompressed(RecordType type) => (ushort)type is <= 9 or 12 or 14 or 15;

    /// <returns>Octets of the part, or -1.</returns>
    private static int Measure(char part, ReadOnlySpan<byte> data) => part switch
    {
        's' => data.IsEmpty ? -1 : data[0] + 1,
        't' => MeasureStrings(data),
        'p' => MeasureParameters(data),
        'r' => data.Length,
        _ => part - '0',
    };

    private static int MeasureStrings(ReadOnlySpan<byte> data)
    {
        var position = 0;
        while (position < data.Length)
            position += data[position] + 1;
        return position > 0 ? position : -1;
    }

    // RFC 9460 §2.2: key, length, value; keys strictly ascending. Hints (§7.3) are lists of whole addresses.
    private static int MeasureParameters(ReadOnlySpan<byte> data)
    {
        var position = 0;
        var last = -1;
        while (position < data.Length)
        {
            if (data.Length - position < 4)
                return -1;
            int key = BinaryPrimitives.ReadUInt16BigEndian(data[position..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(data[(position + 2)..]);
            var size = key switch { RebindPolicy.Ipv4Hint => 4, RebindPolicy.Ipv6Hint => 16, _ => 1 };
            if (key <= last || (size > 1 && (length == 0 || length % size != 0)))
                return -1;
            last = key;
            position += 4 + length;
        }

        return position;
    }
}
