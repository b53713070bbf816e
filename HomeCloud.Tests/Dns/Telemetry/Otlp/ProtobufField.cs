using System.Buffers.Binary;
using System.Text;

namespace HomeCloud.Tests.Dns.Telemetry.Otlp;

/// <summary>One field of a protobuf message: just enough to look into one.</summary>
internal sealed record ProtobufField(int Number, ulong Fixed, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public IEnumerable<ProtobufField> Inside() => Read(Bytes);

    /// <summary>What is in the message that field <paramref name="number"/> of this one holds; nothing when it is absent.</summary>
    public IEnumerable<ProtobufField> Inside(int number) => Inside().Where(field => field.Number == number).SelectMany(field => field.Inside());

    /// <exception cref="FormatException">It is no protobuf.</exception>
    public static List<ProtobufField> Read(byte[] message)
    {
        var fields = new List<ProtobufField>();
        var at = 0;
        while (at < message.Length)
        {
            var key = Varint(message, ref at);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add(new(number, Varint(message, ref at), []));
                    break;
                case 1:
                    fields.Add(new(number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), []));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    fields.Add(new(number, 0, message[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    fields.Add(new(number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), []));
                    at += 4;
                    break;
                default:
                    throw new FormatException($"wire type {key & 7}");
            }
        }

        return fields;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
