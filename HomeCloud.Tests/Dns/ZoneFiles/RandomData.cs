using System.Buffers.Binary;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.ZoneFiles;

/// <summary>RDATA that is valid for its type, with octets as odd as the type allows.</summary>
internal static class RandomData
{
    public static byte[] Of(RecordType type, Random random) =>
        [.. (RecordGrammar.FieldsOf(type) ?? "r").SelectMany(field => Field(field, random))];

    public static byte[] Name(Random random)
    {
        var name = new List<byte>();
        for (var labels = random.Next(4); labels > 0; labels--)
        {
            var label = Octets(random, 1, random.Next(5) == 0 ? 63 : 5);
            name.Add((byte)label.Length);
            name.AddRange(label);
        }

        return [.. name, 0];
    }

    private static byte[] Field(char field, Random random) => field switch
    {
        '1' => Octets(random, 1, 1),
        '2' => Octets(random, 2, 2),
        '4' or 'a' => Octets(random, 4, 4),
        'T' => [(byte)random.Next(128), .. Octets(random, 3, 3)],
        '6' => Octets(random, 16, 16),
        'n' => Name(random),
        's' => String(random),
        't' => [.. Enumerable.Range(0, random.Next(1, 4)).SelectMany(_ => String(random))],
        'g' => [5, .. "issue"u8],
        'h' or 'b' => Octets(random, 1, 40),
        'p' => Parameters(random),
        _ => Octets(random, 0, 40),
    };

    private static byte[] Parameters(Random random)
    {
        var parameters = new SortedDictionary<ushort, byte[]>();
        for (var count = random.Next(5); count > 0; count--)
        {
            var key = (ushort)random.Next(1, random.Next(2) == 0 ? 9 : 65535);
            parameters[key] = key switch
            {
                1 => [.. Enumerable.Range(0, random.Next(1, 3)).SelectMany(_ => Octets(random, 1, 6) is var name ? (byte[])[(byte)name.Length, .. name] : [])],
                2 or 8 => [],
                3 => Octets(random, 2, 2),
                4 => [.. Octets(random, 4, 4), .. Octets(random, 4, 4)],
                5 => Octets(random, 1, 9),
                6 => Octets(random, 16, 16),
                _ => Octets(random, 0, 9),
            };
        }

        if (parameters.ContainsKey(2))
            parameters[1] = [2, .. "h2"u8];
        if (parameters.Count > 0)
            parameters[0] = [(byte)(parameters.Keys.Max() >> 8), (byte)parameters.Keys.Max()];
        return [.. parameters.SelectMany(pair => Header(pair.Key, pair.Value.Length).Concat(pair.Value))];
    }

    private static byte[] Header(ushort key, int length)
    {
        var header = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(header, key);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)length);
        return header;
    }

    private static byte[] String(Random random) => Octets(random, 0, random.Next(10) == 0 ? 255 : 8) is var octets ? [(byte)octets.Length, .. octets] : [];

    private static byte[] Octets(Random random, int least, int most)
    {
        var octets = new byte[random.Next(least, most + 1)];
        random.NextBytes(octets);
        return octets;
    }
}
