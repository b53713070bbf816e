using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Hosting;

namespace HomeCloud.Tests.Dns.Fuzzing;

/// <summary>Queries that are almost right: each starts from a valid one and is damaged in one to four places. The seed decides all.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly byte[][] Seeds =
    [
        QueryBytes.Of("printer.home", RecordType.A),
        QueryBytes.Of("7.2.0.192.in-addr.arpa", RecordType.Ptr),
        QueryBytes.Of("home", RecordType.Soa),
        QueryBytes.Of("home", (RecordType)252),
        QueryBytes.Of("a.very.long.name.that.has.many.labels.below.the.zone.home", RecordType.Any),
        QueryBytes.Of("outside.example", RecordType.Aaaa),
        [.. WithOpt(QueryBytes.Of("printer.home", RecordType.Txt)), 0, 12, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8],
        [.. WithOpt(QueryBytes.Of("nope.home", RecordType.A)), 0, 4, 0, 3, 0, 0],
    ];

    private readonly Random _random = new(seed);

    public byte[] Next(ushort id)
    {
        var message = new List<byte>(Seeds[_random.Next(Seeds.Length)]);
        for (var i = _random.Next(4); i >= 0; i--)
            Damage(message);
        if (message.Count > 2)
            (message[0], message[1]) = ((byte)(id >> 8), (byte)id);
        return [.. message];
    }

    private void Damage(List<byte> message)
    {
        if (message.Count == 0)
            return;

        var at = _random.Next(message.Count);
        switch (_random.Next(7))
        {
            case 0:
                message[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                message[at] = (byte)_random.Next(256);
                break;
            case 2:
                message.RemoveRange(at, message.Count - at);
                break;
            case 3:
                message.Insert(at, (byte)_random.Next(256));
                break;
            case 4:
                // A compression pointer where none belongs, to anywhere.
                message[at] = 0xC0;
                if (at + 1 < message.Count)
                    message[at + 1] = (byte)_random.Next(message.Count);
                break;
            case 5:
                // A count that promises more than there is.
                message[Math.Min(message.Count - 1, 4 + _random.Next(8))] = (byte)_random.Next(256);
                break;
            default:
                var length = Math.Min(_random.Next(64), message.Count - at);
                message.AddRange(message.GetRange(at, length));
                break;
        }
    }

    private static byte[] WithOpt(byte[] query)
    {
        query[11] = 1;
        return [.. query, 0, 0, 41, 4, 208, 0, 0, 0, 0];
    }
}
