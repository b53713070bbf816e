using System.Security.Cryptography;
using HomeCloud.Dns.Validation;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>What is kept between two signatures makes none hold that would not hold alone.</summary>
public sealed class HeldSignaturesTests
{
    private const byte Algorithm = 13;
    private const int Deadline = 60_000;

    [Fact]
    public void What_held_before_says_nothing_of_other_data_keys_signatures_or_algorithms()
    {
        using var signer = new Signer();
        using var other = new Signer();
        var data = new byte[] { 1, 2, 3 };
        var signature = signer.Sign(data);
        for (var again = 0; again < 2; again++)
        {
            HeldSignatures.Verify(Algorithm, signer.Key, data, signature).Should().BeTrue();
            HeldSignatures.Verify(Algorithm, other.Key, data, signature).Should().BeFalse();
            HeldSignatures.Verify(Algorithm, signer.Key, [.. data, 0], signature).Should().BeFalse();
            HeldSignatures.Verify(Algorithm, signer.Key, data, [.. signature[..^1], (byte)(signature[^1] ^ 1)]).Should().BeFalse();
            HeldSignatures.Verify(14, signer.Key, data, signature).Should().BeFalse();
        }
    }

    [Fact]
    public void An_octet_that_moves_from_one_part_to_the_next_makes_another_question()
    {
        using var signer = new Signer();
        var data = new byte[] { 1, 2, 3 };
        var signature = signer.Sign(data);
        HeldSignatures.Verify(Algorithm, signer.Key, data, signature).Should().BeTrue();
        HeldSignatures.Verify(Algorithm, signer.Key, data[1..], [.. signature, data[0]]).Should().BeFalse();
        HeldSignatures.Verify(Algorithm, [.. signer.Key, signature[0]], data, signature[1..]).Should().BeFalse();
    }

    [Fact(Timeout = Deadline)]
    public async Task More_keys_than_are_kept_from_many_threads_are_still_checked_rightly()
    {
        const int keys = 600;
        var signers = Enumerable.Range(0, keys).Select(_ => new Signer()).ToList();
        var signed = signers.Select((signer, i) => (signer.Key, Data: BitConverter.GetBytes(i), Signature: signer.Sign(BitConverter.GetBytes(i)))).ToList();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < keys; i++)
            {
                // The same key from all threads at once, and the ones before it again.
                var (key, data, signature) = signed[i];
                SignatureAlgorithm.Verify(Algorithm, key, data, signature).Should().BeTrue();
                SignatureAlgorithm.Verify(Algorithm, signed[i / 2].Key, data, signature).Should().Be(i / 2 == i);
            }
        })));
        signers.ForEach(signer => signer.Dispose());
    }

    private sealed class Signer : IDisposable
    {
        private readonly ECDsa _ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public Signer()
        {
            var point = _ecdsa.ExportParameters(false).Q;
            Key = [.. point.X!, .. point.Y!];
        }

        public byte[] Key { get; }

        public byte[] Sign(byte[] data) => _ecdsa.SignData(data, HashAlgorithmName.SHA256);

        public void Dispose() => _ecdsa.Dispose();
    }
}
