using System.Security.Cryptography;

namespace HomeCloud.Dns.Validation;

/// <summary>
/// Public keys as the library holds them, kept from one signature to the next: to read a key, and to try whether it is a point of its curve,
/// takes longer than to check a signature with it. A bounded number; each has its place, and takes it from the one before.
/// </summary>
internal static class ReadyKeys
{
    private const int Places = 256;

    private static readonly ReadyKey?[] Kept = new ReadyKey?[Places];

    /// <summary>Takes a key out: nobody else uses it until it is <see cref="Keep">kept</see> again.</summary>
    /// <param name="algorithm">Its DNSSEC number.</param>
    /// <param name="publicKey">As in a DNSKEY record.</param>
    /// <returns>Null when it must be read.</returns>
    public static ReadyKey? Take(byte algorithm, ReadOnlySpan<byte> publicKey)
    {
        ref var place = ref Place(publicKey);
        if (Volatile.Read(ref place)?.Is(algorithm, publicKey) != true || Interlocked.Exchange(ref place, null) is not { } taken)
            return null;
        if (taken.Is(algorithm, publicKey))
            return taken;
        taken.Key.Dispose();
        return null;
    }

    public static void Keep(ReadyKey key) => Interlocked.Exchange(ref Place(key.PublicKey), key)?.Key.Dispose();

    private static ref ReadyKey? Place(ReadOnlySpan<byte> publicKey)
    {
        var hash = default(HashCode);
        hash.AddBytes(publicKey);
        return ref Kept[(uint)hash.ToHashCode() % Places];
    }
}

/// <summary>A key that signatures can be checked with, by one thread at a time.</summary>
internal sealed record ReadyKey(byte Algorithm, byte[] PublicKey, AsymmetricAlgorithm Key)
{
    public bool Is(byte algorithm, ReadOnlySpan<byte> publicKey) => algorithm == Algorithm && publicKey.SequenceEqual(PublicKey);
}
