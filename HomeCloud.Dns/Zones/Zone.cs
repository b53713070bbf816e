using System.Buffers.Binary;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Zones;

/// <summary>One zone: an origin, its SOA and NS, and a table of names that zones with the same content share.</summary>
public sealed class Zone
{
    private const uint ApexTtl = 60;

    // Secondaries of a home may poll often: refresh, retry, expire in seconds (RFC 1912 §2.2 gives the meaning).
    private const uint Refresh = 60;
    private const uint Retry = 30;
    private const uint Expire = 86_400;

    private readonly byte[] _origin;
    private readonly byte[] _soa;
    private readonly byte[] _ns;

    /// <param name="origin">Folded wire form.</param>
    /// <param name="primary">The zone whose <c>ns</c> serves this one: itself, or the first zone for reverse zones.</param>
    /// <param name="names">The content.</param>
    /// <param name="negativeTtl">Seconds.</param>
    /// <param name="isReverse">Whether the zone was derived from addresses.</param>
    public Zone(byte[] origin, byte[] primary, NameTable names, uint negativeTtl, bool isReverse)
        : this(origin, [.. "\u0002ns"u8, .. primary], primary, names, negativeTtl)
    {
        IsReverse = isReverse;
    }

    private Zone(byte[] origin, byte[] server, byte[] primary, NameTable names, uint negativeTtl)
    {
        _origin = origin;
        Names = names;
        byte[] person = [.. "\u000ahostmaster"u8, .. primary];
        _ns = Record(RecordType.Ns, ApexTtl, server);
        _soa = Record(RecordType.Soa, negativeTtl, StartOfAuthority.Data(server, person, serial: 0, Refresh, Retry, Expire, negativeTtl));
    }

    /// <summary>The origin in folded wire form.</summary>
    public ReadOnlySpan<byte> Origin => _origin;

    public NameTable Names { get; }

    public bool IsReverse { get; }

    /// <summary>Whether it is delegated to us from outside: everybody may ask for it, and it holds nothing of the home.</summary>
    public bool IsDelegated { get; private init; }

    /// <summary>A zone of names of its own, delegated to us from outside.</summary>
    /// <param name="origin">Folded wire form.</param>
    /// <param name="server">What the outside calls this server.</param>
    /// <param name="negativeTtl">Seconds.</param>
    public static Zone Delegated(byte[] origin, byte[] server, uint negativeTtl) => new(origin, server, origin, new NameTable(), negativeTtl) { IsDelegated = true };

    /// <summary>The NS record behind its owner name: TYPE to the end of RDATA.</summary>
    public ReadOnlySpan<byte> NsRecord => _ns;

    /// <summary>Octets of the SOA record behind its owner name.</summary>
    public int SoaLength => _soa.Length;

    /// <summary>Writes the SOA record behind its owner name: TYPE to the end of RDATA.</summary>
    public void WriteSoa(Span<byte> target, uint serial)
    {
        _soa.CopyTo(target);
        BinaryPrimitives.WriteUInt32BigEndian(target[(_soa.Length - StartOfAuthority.NumbersLength)..], serial);
    }

    /// <summary>Finds a name relative to the origin: the node itself, or the wildcard that covers it (RFC 4592 §3.3.1).</summary>
    /// <returns>False when the name does not exist; <paramref name="node"/> is then its closest encloser.</returns>
    public bool TryFind(ReadOnlySpan<byte> relative, out ZoneNode node)
    {
        if (Names.TryGet(relative, out node))
            return true;

        // The apex always exists, so the walk ends.
        var encloser = relative;
        do
        {
            encloser = encloser[(encloser[0] + 1)..];
        }
        while (!Names.TryGet(encloser, out node));

        return node.HasWildcard && TryFindWildcard(encloser, ref node);
    }

    private bool TryFindWildcard(ReadOnlySpan<byte> encloser, ref ZoneNode node)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength + 2];
        name[0] = 1;
        name[1] = (byte)'*';
        encloser.CopyTo(name[2..]);
        if (!Names.TryGet(name[..(encloser.Length + 2)], out var wildcard))
            return false;
        node = wildcard;
        return true;
    }

    private static byte[] Record(RecordType type, uint ttl, byte[] data)
    {
        var record = new byte[10 + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(record, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(2), (ushort)RecordClass.Internet);
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(4), ttl);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(8), (ushort)data.Length);
        data.CopyTo(record, 10);
        return record;
    }
}
