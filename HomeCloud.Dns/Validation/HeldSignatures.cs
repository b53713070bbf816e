using System.Security.Cryptography;

namespace HomeCloud.Dns.Validation;

/// <summary>
/// Signatures that held, by the SHA-256 of key, data and signature. Many answers bring the same ones: the SOA record of a zone, and the
/// proof that it has no wildcard. Whether they are still valid is not asked here. A bounded number; each takes the place of another.
/// </summary>
internal static class HeldSignatures
{
    private const int Places = 1_024;

    private static readonly byte[]?[] Held = new byte[]?[Places];

    /// <inheritdoc cref="SignatureAlgorithm.Verify"/>
    public static bool Verify(byte algorithm, ReadOnlySpan<byte> publicKey, byte[] data, byte[] signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(algorithm, publicKey, data, signature, hash);
        ref var place = ref Held[BitConverter.ToUInt16(hash) % Places];
        if (hash.SequenceEqual(Volatile.Read(ref place)))
            return true;
        if (!SignatureAlgorithm.Verify(algorithm, publicKey, data, signature))
            return false;
        Volatile.Write(ref place, hash.ToArray());
        return true;
    }

    // The lengths of all parts but the last stand in front: so no two inputs have the same octets.
    private static void Hash(byte algorithm, ReadOnlySpan<byte> publicKey, byte[] data, byte[] signature, Span<byte> hash)
    {
        byte[] input = [algorithm, (byte)(publicKey.Length >> 8), (byte)publicKey.Length, (byte)(signature.Length >> 8), (byte)signature.Length, .. publicKey, .. signature, .. data];
        SHA256.HashData(input, hash);
    }
}
