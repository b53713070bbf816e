using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>Records of DNSSEC with any octets in them, some signed well: nothing throws, what is not proven is not secure, and the work has an end.</summary>
public sealed class ValidationFuzzTests
{
    private const int Seed = 20_261_130;

    private static readonly byte[] Name = DnsName.Parse("a.b.example.");

    [Fact(Timeout = 60_000)]
    public async Task Proofs_of_any_octets_are_no_more_than_wrong()
    {
        using var key = new SigningKey();
        var random = new Random(Seed);
        var seen = new HashSet<Security>();
        for (var i = 0; i < 1_500; i++)
        {
            var isNsec3 = random.Next(2) == 0;
            var owner = isNsec3 ? Label(random, 32, "0123456789abcdefghijklmnopqrstuv") : DnsName.Parse(random.Next(2) == 0 ? "a." : "*.");
            var data = isNsec3 ? Nsec3(random) : Nsec(random);
            var type = isNsec3 ? RecordType.Nsec3 : RecordType.Nsec;
            var message = Message((Section.Authority, owner, type, data), (Section.Authority, owner, RecordType.Rrsig, key.Sign(owner, type, data)));
            var verdict = await Judge(key, message, random.Next(2) == 0 ? ResponseCode.NoError : ResponseCode.NameError, random);
            seen.Add(verdict.Security);
        }

        seen.Should().Contain(Security.Bogus).And.NotContain(Security.Unchecked);
    }

    [Fact(Timeout = 60_000)]
    public async Task Damaged_messages_are_no_more_than_wrong()
    {
        using var key = new SigningKey();
        var random = new Random(Seed);
        byte[] address = [192, 0, 2, 1];
        var good = Message((Section.Answer, Name, RecordType.A, address), (Section.Answer, Name, RecordType.Rrsig, key.Sign(Name, RecordType.A, address)));
        (await Judge(key, good, ResponseCode.NoError, null)).Security.Should().Be(Security.Secure);
        var secure = 0;
        for (var i = 0; i < 3_000; i++)
        {
            byte[] damaged = [.. good];
            for (var changes = random.Next(3); changes >= 0; changes--)
                damaged[random.Next(MessageHeader.Size + Name.Length + 4, damaged.Length)] = (byte)random.Next(256);
            var verdict = await Judge(key, damaged, ResponseCode.NoError, null);
            secure += verdict.Security == Security.Secure ? 1 : 0;
        }

        // A TTL may be changed, and letter case; all else is signed.
        secure.Should().BeLessThan(300);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_zone_that_wants_too_many_iterations_counts_as_unsigned()
    {
        using var key = new SigningKey();
        var owner = DnsName.Parse(new string('0', 32) + ".");
        byte[] data = [1, 0, 0, Nsec3Denial.MaxIterations + 1, 0, 20, .. Enumerable.Repeat((byte)0xFF, 20)];
        var message = Message((Section.Authority, owner, RecordType.Nsec3, data), (Section.Authority, owner, RecordType.Rrsig, key.Sign(owner, RecordType.Nsec3, data)));
        var verdict = await Judge(key, message, ResponseCode.NameError, null);
        verdict.Security.Should().Be(Security.Insecure);
        verdict.Error.Should().Be(EdeCode.UnsupportedNsec3Iterations);
    }

    [Fact]
    public void Keys_with_equal_tags_and_signatures_that_fail_end_the_work()
    {
        var random = new Random(Seed);
        var keys = Enumerable.Range(0, 12).Select(_ => WithTag(random, 4_711)).ToList();
        var set = new SignedSet(Name, RecordType.A, Section.Answer);
        set.Data.Add([192, 0, 2, 1]);
        for (var i = 0; i < 100; i++)
        {
            byte[] data = [0, 1, 13, 3, 0, 0, 1, 44, .. Octets(SigningKey.Now + 1_000), .. Octets(SigningKey.Now - 1_000), 4_711 >> 8, 4_711 & 0xFF, 0, .. Random(random, 64)];
            set.Signatures.Add(RecordSignature.Read(data)!);
        }

        var work = new ValidationWork();
        var verdict = SetVerifier.Verify(set, [0], keys, SigningKey.Now, work);
        work.IsExhausted.Should().BeTrue();
        verdict.Should().Be(ValidationWork.Exhausted);
        work.MayVerify().Should().BeFalse("the rest of the answer costs nothing");
    }

    private static async Task<Verdict> Judge(SigningKey key, byte[] message, ResponseCode code, Random? damage)
    {
        if (SignedMessage.Read(message, MessageHeader.Size + Name.Length + 4, code) is not { } read)
            return Verdict.Bogus(EdeCode.DnssecBogus, "");
        var anchors = TrustAnchors.Read([$". DNSKEY 257 3 13 {Convert.ToBase64String(key.Data.AsSpan(4))}"], out _)!;
        var walker = new ChainWalker(anchors, new Keys(key, damage), new TrustCache(() => 0), () => SigningKey.Now);
        return await new AnswerValidator(walker, _ => false, () => SigningKey.Now).JudgeAsync(read, Name, RecordType.A, CancellationToken.None);
    }

    private static byte[] Message(params (Section Section, byte[] Owner, RecordType Type, byte[] Data)[] records)
    {
        var buffer = new byte[8_192];
        Name.CopyTo(buffer, MessageHeader.Size);
        var end = MessageHeader.Size + Name.Length + 4;
        (buffer[end - 3], buffer[end - 1]) = (1, 1);
        var writer = new MessageWriter(buffer, end);
        foreach (var (section, owner, type, data) in records)
            writer.TryWriteRecord(section, owner, type, RecordClass.Internet, 300, data).Should().BeTrue();
        return buffer[..writer.Finish(HeaderFlags.Response)];
    }

    private static byte[] Nsec(Random random) => random.Next(4) == 0 ? Random(random, random.Next(1, 40)) : [.. DnsName.Parse(random.Next(2) == 0 ? "b.example." : "."), .. Random(random, random.Next(12))];

    private static byte[] Nsec3(Random random)
    {
        if (random.Next(4) == 0)
            return Random(random, random.Next(1, 60));
        var salt = Random(random, random.Next(4));
        return [1, (byte)random.Next(3), 0, (byte)random.Next(60), (byte)salt.Length, .. salt, (byte)(random.Next(8) == 0 ? 19 : 20), .. Random(random, 20), .. Random(random, random.Next(12))];
    }

    private static byte[] Label(Random random, int length, string alphabet) => DnsName.Parse(new string(random.GetItems(alphabet.AsSpan(), length)) + ".");

    private static byte[] Random(Random random, int length)
    {
        var octets = new byte[length];
        random.NextBytes(octets);
        return octets;
    }

    private static byte[] Octets(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static ZoneKey WithTag(Random random, ushort tag)
    {
        byte[] data = [1, 1, 3, 13, .. Random(random, 64)];
        for (var i = 0; i <= ushort.MaxValue; i++)
        {
            (data[^2], data[^1]) = ((byte)(i >> 8), (byte)i);
            if (ZoneKey.Read(data) is { } key && key.Tag == tag)
                return key;
        }

        return WithTag(random, tag);
    }

    /// <summary>The root's keys; of other zones whatever comes.</summary>
    private sealed class Keys(SigningKey key, Random? damage) : IKeySource
    {
        public ValueTask<KeyReply> FetchAsync(byte[] foldedName, RecordType type, object? unlike, CancellationToken cancellation)
        {
            var isRoot = type == RecordType.Dnskey && foldedName.Length == 1;
            var data = isRoot ? key.Data : Random(damage ?? new Random(Seed), 36);
            var message = Message((Section.Answer, foldedName, type, data), (Section.Answer, foldedName, RecordType.Rrsig, key.Sign(foldedName, type, data)));
            return ValueTask.FromResult(new KeyReply(message, MessageHeader.Size + Name.Length + 4, ResponseCode.NoError, []));
        }
    }
}
