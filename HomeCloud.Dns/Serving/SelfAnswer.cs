using System.Buffers.Binary;
using System.Text;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>Records about this server itself: the address a query came to, and what <c>check.home</c> tells.</summary>
internal sealed class SelfAnswer(IForwarding forwarding, IZoneSourceStatus status, Func<IEnumerable<string>>? aboutThisMachine)
{
    // Nobody shall remember which of our addresses another client asked.
    private const uint Ttl = 0;
    private const int MaxString = 255;

    /// <summary>Appends the address of ours that the query came to, when it is of the family that <paramref name="type"/> asks for.</summary>
    /// <returns>Whether there was one and it fit.</returns>
    public static bool TryWriteAddress(ref MessageWriter writer, Section section, int owner, RecordType type, ClientAddress local)
    {
        if (local == default || type != (local.IsIPv4 ? RecordType.A : RecordType.Aaaa))
            return false;
        Span<byte> pointer = stackalloc byte[2];
        RecordSetWriter.WritePointer(pointer, owner);
        Span<byte> address = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(address, local.High);
        BinaryPrimitives.WriteUInt64BigEndian(address[8..], local.Low);
        return writer.TryWriteRecord(section, pointer, type, RecordClass.Internet, Ttl, local.IsIPv4 ? address[12..] : address);
    }

    /// <summary>Appends the TXT record of <c>check</c>. This one allocates: people ask it, not machines.</summary>
    public bool TryWriteCheck(ref MessageWriter writer, int owner, scoped in QueryContext context)
    {
        var transport = context.Transport switch
        {
            QueryTransport.Udp => "UDP",
            QueryTransport.Tcp => "TCP",
            QueryTransport.Https => "HTTPS",
            _ => "TLS",
        };
        var data = new List<byte>();
        Append(data, $"you are {context.Client}, asking over {transport}");
        Append(data, context.Local == default ? "this is HomeCloud" : $"this is HomeCloud at {context.Local}");
        Append(data, $"upstream: {forwarding.UpstreamInUse}");
        Append(data, $"dnssec: {forwarding.ValidationInUse}");
        foreach (var source in status.Describe())
            Append(data, $"registry: {source}");
        foreach (var line in aboutThisMachine?.Invoke() ?? [])
            Append(data, line);

        Span<byte> pointer = stackalloc byte[2];
        RecordSetWriter.WritePointer(pointer, owner);
        return writer.TryWriteRecord(Section.Answer, pointer, RecordType.Txt, RecordClass.Internet, Ttl, data.ToArray());
    }

    private static void Append(List<byte> data, string text)
    {
        Span<byte> octets = stackalloc byte[MaxString];
        Encoding.UTF8.GetEncoder().Convert(text, octets, flush: true, out _, out var used, out _);
        data.Add((byte)used);
        foreach (var octet in octets[..used])
            data.Add(octet);
    }
}
