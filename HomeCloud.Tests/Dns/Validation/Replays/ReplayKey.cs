using System.Buffers.Binary;
using System.Security.Cryptography;
using HomeCloud.Dns.Validation;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>A key that signs in the place of one of a retired algorithm, with the dates and names of the signature that it replaces.</summary>
internal sealed class ReplayKey : IDisposable
{
    private readonly ECDsa _ecdsa;
    private readonly HashAlgorithmName _hash;

    /// <param name="isDsa">Of the key that it replaces: two algorithms stay two.</param>
    /// <param name="flags">Of the DNSKEY.</param>
    /// <param name="protocol">Likewise.</param>
    public ReplayKey(bool isDsa, ushort flags = 257, byte protocol = 3)
    {
        Algorithm = For(isDsa);
        _ecdsa = ECDsa.Create(isDsa ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384);
        _hash = isDsa ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;
        var point = _ecdsa.ExportParameters(false).Q;
        Data = [(byte)(flags >> 8), (byte)flags, protocol, Algorithm, .. point.X!, .. point.Y!];
    }

    public byte Algorithm { get; }

    /// <summary>RDATA of its DNSKEY.</summary>
    public byte[] Data { get; }

    public ushort Tag => ZoneKey.Read(Data)!.Tag;

    /// <summary>The algorithm in the place of DSA, or of RSA with SHA-1.</summary>
    public static byte For(bool isDsa) => isDsa ? (byte)13 : (byte)14;

    /// <summary>RDATA of an RRSIG.</summary>
    /// <param name="like">What it says, but for algorithm and key.</param>
    /// <param name="set">What it signs.</param>
    public byte[] Sign(RecordSignature like, SignedSet set)
    {
        var head = Head(like, Algorithm, Tag);
        return [.. head, .. _ecdsa.SignData(set.SignedOctets(RecordSignature.Read([.. head, 0])!)!, _hash)];
    }

    /// <summary>RDATA of an RRSIG that no key made.</summary>
    public static byte[] Forge(RecordSignature like, byte algorithm, ushort tag) =>
        [.. Head(like, algorithm, tag), .. Enumerable.Repeat((byte)0x5A, algorithm == For(isDsa: true) ? 64 : 96)];

    public void Dispose() => _ecdsa.Dispose();

    private static byte[] Head(RecordSignature like, byte algorithm, ushort tag)
    {
        byte[] head = [.. like.Signed];
        head[2] = algorithm;
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(16), tag);
        return head;
    }
}
