using System.Buffers.Binary;

namespace HomeCloud.Dns.Validation;

/// <summary>A DS record, RFC 4034 §5: the digest of a key of the zone below.</summary>
internal sealed class DelegationSigner
{
    private readonly byte[] _data;

    private DelegationSigner(byte[] data) => _data = data;

    public ushort Tag => BinaryPrimitives.ReadUInt16BigEndian(_data);

    public byte Algorithm => _data[2];

    public byte DigestType => _data[3];

    /// <summary>Whether both its algorithm and its digest are known here; if no DS record of a zone is, the zone is insecure (RFC 4035 §5.2).</summary>
    public bool IsSupported => SignatureAlgorithm.IsSupported(Algorithm) && Digests.IsSupported(DigestType);

    /// <returns>Null when the data is too short.</returns>
    public static DelegationSigner? Read(byte[] data) => data.Length > 4 ? new DelegationSigner(data) : null;

    /// <summary>Whether it names this key of the zone.</summary>
    public bool Matches(ReadOnlySpan<byte> foldedZone, ZoneKey key)
    {
        if (key.Tag != Tag || key.Algorithm != Algorithm || !Digests.IsSupported(DigestType))
            return false;
        byte[] hashed = [.. foldedZone, .. key.Data];
        return Digests.Compute(DigestType, hashed).AsSpan().SequenceEqual(_data.AsSpan(4));
    }
}
