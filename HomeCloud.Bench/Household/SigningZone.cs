using System.Buffers.Binary;
using System.Security.Cryptography;

namespace HomeCloud.Bench.Household;

/// <summary>A zone with one key that signs all (RFC 4034), by ECDSA P-256 or RSA of 2048 bits.</summary>
internal sealed class SigningZone : IDisposable
{
    private const byte RsaSha256 = 8;
    private const byte EcdsaP256 = 13;

    private readonly ECDsa? _ecdsa;
    private readonly RSA? _rsa;
    private readonly byte[] _key;
    private readonly ushort _tag;

    /// <param name="name">Without its last dot; empty for the root.</param>
    /// <param name="isRsa">RSA in place of ECDSA.</param>
    public SigningZone(string name, bool isRsa)
    {
        (Name, Wire) = (name, RecordOctets.Name(name));
        byte[] key;
        if (isRsa)
        {
            _rsa = RSA.Create(2048);
            var parameters = _rsa.ExportParameters(includePrivateParameters: false);
            key = [(byte)parameters.Exponent!.Length, .. parameters.Exponent, .. parameters.Modulus!];
        }
        else
        {
            _ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var point = _ecdsa.ExportParameters(includePrivateParameters: false).Q;
            key = [.. point.X!, .. point.Y!];
        }

        _key = [1, 1, 3, Algorithm, .. key];
        _tag = Tag(_key);
    }

    public string Name { get; }

    public byte[] Wire { get; }

    private byte Algorithm => _rsa is null ? EcdsaP256 : RsaSha256;

    /// <summary>RDATA of its DS record (RFC 4034 §5), SHA-256.</summary>
    public byte[] Digest => [(byte)(_tag >> 8), (byte)_tag, Algorithm, 2, .. SHA256.HashData([.. Wire, .. _key])];

    public StoredAnswer Keys => Positive(Wire, RecordOctets.Dnskey, _key);

    /// <summary>The only record of its name and type, and its signature.</summary>
    public StoredAnswer Positive(byte[] owner, ushort type, byte[] data) => new(0, Signed(owner, [0xC0, 12], type, data, out var record), 0) { Plain = record };

    /// <summary>The proof that a name right below the apex does not exist: it is between two others, and no wildcard is there (RFC 4035 §3.1.3.2).</summary>
    public StoredAnswer NoName(byte[] name, byte[] before, byte[] after, byte[] first)
    {
        byte[] apex = [0xC0, (byte)(12 + name.Length - Wire.Length)];
        byte[] soa = [0, 0, 0, 0, 0, 1, 0, 0, 14, 16, 0, 0, 2, 88, 0, 1, 81, 128, 0, 0, 14, 16];
        byte[] link = [.. after, .. RecordOctets.TypeBitmap(RecordOctets.A, RecordOctets.Rrsig, RecordOctets.Nsec)];
        byte[] wildcard = [.. first, .. RecordOctets.TypeBitmap(2, RecordOctets.Soa, RecordOctets.Rrsig, RecordOctets.Nsec, RecordOctets.Dnskey)];
        byte[] records =
        [
            .. Signed(Wire, apex, RecordOctets.Soa, soa, out _),
            .. Signed(before, [.. before[..(before[0] + 1)], .. apex], RecordOctets.Nsec, link, out _),
            .. ApexLink ??= Signed(Wire, apex, RecordOctets.Nsec, wildcard, out _),
        ];
        return new StoredAnswer(3, records, 6);
    }

    public void Dispose()
    {
        _ecdsa?.Dispose();
        _rsa?.Dispose();
    }

    private byte[]? ApexLink { get; set; }

    private byte[] Signed(byte[] owner, byte[] written, ushort type, byte[] data, out byte[] record)
    {
        record = RecordOctets.Record(written, type, data);
        var now = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var head = new byte[18];
        BinaryPrimitives.WriteUInt16BigEndian(head, type);
        (head[2], head[3]) = (Algorithm, Labels(owner));
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(4), RecordOctets.Ttl);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(8), now + (7 * 86_400));
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(12), now - 3_600);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(16), _tag);
        byte[] signed = [.. head, .. Wire, .. RecordOctets.Record(owner, type, data)];
        var signature = _rsa?.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ?? _ecdsa!.SignData(signed, HashAlgorithmName.SHA256);
        return [.. record, .. RecordOctets.Record(written, RecordOctets.Rrsig, [.. head, .. Wire, .. signature])];
    }

    private static byte Labels(byte[] name)
    {
        byte labels = 0;
        for (var at = 0; name[at] != 0; at += name[at] + 1)
            labels++;
        return labels;
    }

    private static ushort Tag(byte[] key)
    {
        var sum = key.Select((octet, i) => (i & 1) == 0 ? (uint)octet << 8 : octet).Aggregate(0u, (sum, part) => sum + part);
        return (ushort)(sum + (sum >> 16));
    }
}

/// <param name="Code">RCODE.</param>
/// <param name="Records">With signatures, as they stand behind the question.</param>
/// <param name="Authority">How many are in the authority section; with 0, two are in the answer section.</param>
internal sealed record StoredAnswer(byte Code, byte[] Records, byte Authority)
{
    /// <summary>For who does not ask for signatures; empty where nobody does that.</summary>
    public byte[] Plain { get; init; } = [];
}
