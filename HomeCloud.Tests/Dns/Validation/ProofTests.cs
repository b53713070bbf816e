using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>Whose signature proves what, and what is remembered of it.</summary>
public sealed class ProofTests
{
    private static readonly byte[] Victim = DnsName.Parse("victim.");
    private static readonly byte[] Attacker = DnsName.Parse("attacker.");

    [Fact]
    public void A_key_signs_for_names_of_its_zone_only()
    {
        using var key = new SigningKey();
        foreach (var (name, expected) in ((string, Security)[])[("www.attacker.", Security.Secure), ("attacker.", Security.Secure), ("www.victim.", Security.Bogus), ("notattacker.", Security.Bogus)])
            SetVerifier.Verify(Signed(key, name, RecordType.A, [192, 0, 2, 1]), Attacker, [key.Key], SigningKey.Now, new ValidationWork()).Security.Should().Be(expected, name);
    }

    [Fact]
    public void What_another_zone_signed_proves_nothing()
    {
        using var attacker = new SigningKey();
        using var victim = new SigningKey();
        byte[] next = [.. DnsName.Parse("zzz.victim."), 0, 1, 0x40];
        foreach (var (key, zone, isProof) in ((SigningKey, byte[], bool)[])[(attacker, Attacker, false), (victim, Victim, true)])
        {
            var owner = DnsName.Parse("aaa.victim.");
            var message = Message(owner, RecordType.Nsec, next, key.Sign(owner, RecordType.Nsec, next, zone));
            message.Sets[0].Verified = message.Sets[0].Signatures[0];
            var seconds = uint.MaxValue;
            var denial = Denials.Read(message, new ZoneTrust(TrustKind.Secure, Victim, [victim.Key], Verdict.Secure, 300), SigningKey.Now, new ValidationWork(), ref seconds);
            (denial is not null).Should().Be(isProof);
        }
    }

    [Theory]
    [InlineData("zzz.victim.", true)]
    [InlineData("victim.", true)]
    [InlineData("zzz.zoo.", false)]
    public void A_proof_ends_in_its_zone(string next, bool isProof)
    {
        using var key = new SigningKey();
        byte[] data = [.. DnsName.Parse(next), 0, 1, 0x40];
        var owner = DnsName.Parse("aaa.victim.");
        var message = Message(owner, RecordType.Nsec, data, key.Sign(owner, RecordType.Nsec, data, Victim));
        var seconds = uint.MaxValue;
        var denial = Denials.Read(message, new ZoneTrust(TrustKind.Secure, Victim, [key.Key], Verdict.Secure, 300), SigningKey.Now, new ValidationWork(), ref seconds);
        (denial is not null).Should().Be(isProof);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(ResponseCode.NoError)]
    [InlineData(ResponseCode.NameError)]
    public async Task An_empty_non_terminal_is_passed_whatever_the_RCODE_says_of_it(ResponseCode code)
    {
        using var key = new SigningKey();
        var anchors = TrustAnchors.Read([$". DNSKEY 257 3 13 {Convert.ToBase64String(key.Data.AsSpan(4))}"], out _)!;
        var walker = new ChainWalker(anchors, new BelowEmptyName(key, code), new TrustCache(() => 0), () => SigningKey.Now);
        var zone = await walker.FindAsync(DnsName.Parse("www.zone.empty."), new ValidationWork(), CancellationToken.None);
        zone.Kind.Should().Be(TrustKind.Insecure, zone.Verdict.Text);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("000100", true)]
    [InlineData("0006000000000003", true)]
    [InlineData("0006000000000002", true)]
    [InlineData("0006400000000003", false)]
    [InlineData("00060000000000030101C0", false)]
    public void A_name_has_nothing_when_all_its_types_are_RRSIG_and_NSEC(string bitmap, bool isEmpty) =>
        NsecDenial.Judge(new TypeBitmap(Convert.FromHexString(bitmap), 0), RecordType.Any, Victim).Should().Be(isEmpty ? Proof.Proven : Proof.None);

    [Fact]
    public void Nothing_is_above_the_root()
    {
        // NS, SOA.
        var types = new TypeBitmap([0, 1, 0x22], 0);
        NsecDenial.Judge(types, RecordType.Ds, [0]).Should().Be(Proof.Proven);
        NsecDenial.Judge(types, RecordType.Ds, Victim).Should().Be(Proof.None);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public async Task A_zone_may_have_so_many_keys(int count, bool isSecure)
    {
        using var key = new SigningKey();
        var keys = Enumerable.Range(0, count).Select(i => i == 0 ? key.Data : [.. key.Data[..^1], (byte)(key.Data[^1] + i)]).ToList();
        var anchors = TrustAnchors.Read([$". DNSKEY 257 3 13 {Convert.ToBase64String(key.Data.AsSpan(4))}"], out _)!;
        var walker = new ChainWalker(anchors, new Source(key, keys), new TrustCache(() => 0), () => SigningKey.Now);
        (await walker.FindAsync([0], new ValidationWork(), CancellationToken.None)).Kind.Should().Be(isSecure ? TrustKind.Secure : TrustKind.Failed);
    }

    [Fact]
    public void Old_keys_are_forgotten_on_demand_and_failures_at_once()
    {
        var now = 0L;
        var cache = new TrustCache(() => now);
        cache.Store([0], Trust(TrustKind.Secure));
        cache.Store(Victim, Trust(TrustKind.Insecure));
        now = 59_000;
        cache.Store(DnsName.Parse("a.victim."), Trust(TrustKind.Secure));
        cache.Store(DnsName.Parse("b.a.victim."), Trust(TrustKind.Failed));
        cache.ForgetOld(DnsName.Parse("b.a.victim."));
        cache.Count.Should().Be(3, "only the failure is gone");
        now = 61_000;
        cache.ForgetOld(DnsName.Parse("b.a.victim."));
        cache.Find([0]).Should().BeNull();
        cache.Find(Victim).Should().NotBeNull();
        cache.Find(DnsName.Parse("a.victim.")).Should().NotBeNull();
        cache.Clear();
        cache.Count.Should().Be(0);
    }

    [Fact]
    public void Names_that_are_no_zone_make_room_first()
    {
        var cache = new TrustCache(() => 0, most: 4);
        cache.Store(Victim, Trust(TrustKind.Secure));
        cache.Store(Attacker, Trust(TrustKind.Insecure));
        cache.Store(DnsName.Parse("a.victim."), Trust(TrustKind.NoCut));
        cache.Store(DnsName.Parse("b.victim."), Trust(TrustKind.NoName));
        cache.Store(DnsName.Parse("c.victim."), Trust(TrustKind.NoCut));
        cache.Find(Victim).Should().NotBeNull();
        cache.Find(Attacker).Should().NotBeNull();
        cache.Count.Should().Be(3);
    }

    [Theory]
    [InlineData(RecordType.A, Security.Insecure, RecordType.None)]
    [InlineData(RecordType.Ds, Security.Secure, RecordType.None)]
    [InlineData(RecordType.Ds, Security.Insecure, RecordType.Ds)]
    public void A_denial_of_a_DS_record_is_one_of_the_name_only_when_it_is_signed(RecordType type, Security verdict, RecordType remembered)
    {
        var question = new CacheQuestion(Victim, type, RecordClass.Internet, QuestionVariant.None);
        var buffer = new byte[512];
        Victim.CopyTo(buffer, MessageHeader.Size);
        var writer = new MessageWriter(buffer, question.QuestionEnd);
        writer.TryWriteRecord(Section.Authority, [0], RecordType.Soa, RecordClass.Internet, 300, [0, 0, .. new byte[19], 200]).Should().BeTrue();
        var message = buffer[..writer.Finish(HeaderFlags.Response | (HeaderFlags)ResponseCode.NameError)];
        new CachedResponseBuilder(new CacheOptions()).Build(question, message, ResponseCode.NameError, [], 0, 0, verdict: verdict)!.Type.Should().Be(remembered);
    }

    private static ZoneTrust Trust(TrustKind kind) => new(kind, Victim, [], Verdict.Secure, 86_400);

    private static SignedSet Signed(SigningKey key, string name, RecordType type, byte[] data)
    {
        var owner = DnsName.Parse(name);
        var set = new SignedSet(owner, type, Section.Answer);
        set.Data.Add(data);
        set.Signatures.Add(RecordSignature.Read(key.Sign(owner, type, data, Attacker))!);
        return set;
    }

    private static SignedMessage Message(byte[] owner, RecordType type, byte[] data, byte[] signature)
    {
        var buffer = new byte[1_024];
        Victim.CopyTo(buffer, MessageHeader.Size);
        var end = MessageHeader.Size + Victim.Length + 4;
        var writer = new MessageWriter(buffer, end);
        writer.TryWriteRecord(Section.Authority, owner, type, RecordClass.Internet, 300, data).Should().BeTrue();
        writer.TryWriteRecord(Section.Authority, owner, RecordType.Rrsig, RecordClass.Internet, 300, signature).Should().BeTrue();
        return SignedMessage.Read(buffer.AsSpan(0, writer.Finish(HeaderFlags.Response)), end, ResponseCode.NoError)!;
    }

    /// <summary>Gives the keys of the root, signed by one of them.</summary>
    private sealed class Source(SigningKey key, List<byte[]> keys) : IKeySource
    {
        public ValueTask<KeyReply> FetchAsync(byte[] foldedName, RecordType type, object? unlike, CancellationToken cancellation)
        {
            var buffer = new byte[16_384];
            var end = MessageHeader.Size + 5;
            var writer = new MessageWriter(buffer, end);
            foreach (var data in keys)
                writer.TryWriteRecord(Section.Answer, [0], type, RecordClass.Internet, 300, data).Should().BeTrue();
            writer.TryWriteRecord(Section.Answer, [0], RecordType.Rrsig, RecordClass.Internet, 300, key.Sign([0], type, keys)).Should().BeTrue();
            return ValueTask.FromResult(new KeyReply(buffer[..writer.Finish(HeaderFlags.Response)], end, ResponseCode.NoError, []));
        }
    }

    /// <summary>A root with one name, <c>zone.empty.</c>, an unsigned delegation; its server has a code of its own for the name between.</summary>
    private sealed class BelowEmptyName(SigningKey key, ResponseCode codeOfEmpty) : IKeySource
    {
        public ValueTask<KeyReply> FetchAsync(byte[] foldedName, RecordType type, object? unlike, CancellationToken cancellation)
        {
            var zone = DnsName.Parse("zone.empty.");
            var isEmpty = DnsName.CountLabels(foldedName) == 1;
            return ValueTask.FromResult((type, isEmpty) switch
            {
                (RecordType.Dnskey, _) => Reply(foldedName, Section.Answer, [0], type, key.Data, ResponseCode.NoError),
                (_, true) => Reply(foldedName, Section.Authority, [0], RecordType.Nsec, [.. zone, 0, 1, 0x22], codeOfEmpty),
                _ => Reply(foldedName, Section.Authority, zone, RecordType.Nsec, [0, 0, 1, 0x20], ResponseCode.NoError),
            });
        }

        private KeyReply Reply(byte[] asked, Section section, byte[] owner, RecordType type, byte[] data, ResponseCode code)
        {
            var buffer = new byte[1_024];
            asked.CopyTo(buffer, MessageHeader.Size);
            var end = MessageHeader.Size + asked.Length + 4;
            var writer = new MessageWriter(buffer, end);
            writer.TryWriteRecord(section, owner, type, RecordClass.Internet, 300, data).Should().BeTrue();
            writer.TryWriteRecord(section, owner, RecordType.Rrsig, RecordClass.Internet, 300, key.Sign(owner, type, data)).Should().BeTrue();
            return new KeyReply(buffer[..writer.Finish(HeaderFlags.Response)], end, code, []);
        }
    }
}
