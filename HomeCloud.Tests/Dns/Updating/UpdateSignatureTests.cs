using HomeCloud.Dns.Updating.Signing;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Updating;

/// <summary>TSIG of hostile and of confused clients, RFC 8945 §5.</summary>
public sealed class UpdateSignatureTests
{
    private const int Timeout = 60_000;
    private const long Noon = 1_800_000_000;

    private static readonly TestKey Key = new("certbot.");
    private static readonly TsigKey Known = new(DnsName.Parse(Key.Name), TsigAlgorithm.Of(Key.Algorithm)!, Key.Secret);
    private static readonly byte[] Plain = new UpdateBuilder("home.").Add("_acme-challenge.home.", RecordType.Txt, UpdateBuilder.Text("x")).Build();

    [Theory]
    [InlineData(0, TsigError.None)]
    [InlineData(300, TsigError.None)]
    [InlineData(-300, TsigError.None)]
    [InlineData(301, TsigError.BadTime)]
    [InlineData(-301, TsigError.BadTime)]
    [InlineData(-Noon, TsigError.BadTime)]
    public void A_message_is_good_for_the_time_that_it_says(long later, TsigError error) => Check(UpdateBuilder.Sign(Plain, Key, Noon), Noon + later)!.Error.Should().Be(error);

    [Theory]
    [InlineData("hmac-sha256")]
    [InlineData("hmac-sha384")]
    [InlineData("hmac-sha512")]
    public void Every_changed_octet_is_noticed(string algorithm)
    {
        var key = Key with { Algorithm = algorithm };
        var known = Known with { Algorithm = TsigAlgorithm.Of(algorithm)! };
        var good = UpdateBuilder.Sign(Plain, key, Noon);
        TsigRecord.TryFind(good, out var tsig).Should().BeTrue();
        TsigSession.Check(good, tsig!, [known], Noon)!.Error.Should().Be(TsigError.None);
        for (var at = 0; at < good.Length; at++)
        {
            // A forwarder may change the id; letter case of the names means nothing.
            if (at < 2)
                continue;
            var changed = good.ToArray();
            changed[at] ^= 4;
            if (TsigRecord.TryFind(changed, out tsig) && tsig is not null && TsigSession.Check(changed, tsig, [known], Noon) is { } session)
                session.Error.Should().NotBe(TsigError.None, $"octet {at} is another");
        }
    }

    [Fact]
    public void Every_part_of_a_message_is_refused_or_unsigned()
    {
        var good = UpdateBuilder.Sign(Plain, Key, Noon);
        for (var length = MessageHeader.Size; length < good.Length; length++)
            TsigRecord.TryFind(good.AsSpan(0, length), out _).Should().BeFalse();
    }

    [Fact]
    public void A_signature_that_is_not_last_or_not_alone_is_malformed()
    {
        var good = UpdateBuilder.Sign(Plain, Key, Noon);
        byte[] behind = [.. good, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0];
        behind[11]++;
        var elsewhere = good.ToArray();
        (elsewhere[9], elsewhere[11]) = ((byte)(elsewhere[9] + 1), 0);

        TsigRecord.TryFind(behind, out _).Should().BeFalse();
        TsigRecord.TryFind(UpdateBuilder.Sign(good, Key, Noon), out _).Should().BeFalse();
        TsigRecord.TryFind(elsewhere, out _).Should().BeFalse("it is in the update section");
        TsigRecord.TryFind(Plain, out var none).Should().BeTrue();
        none.Should().BeNull();
    }

    [Fact]
    public void The_algorithm_is_not_compressed_and_lengths_are_true()
    {
        var good = UpdateBuilder.Sign(Plain, Key, Noon);
        var start = Plain.Length + DnsName.Parse(Key.Name).Length + 10;

        // The name of the algorithm by a pointer to the zone's name.
        byte[] compressed = [.. good[..start], 0xC0, 12, .. good[(start + DnsName.Parse(Key.Algorithm).Length)..]];
        var rest = compressed.Length - start;
        (compressed[start - 2], compressed[start - 1]) = ((byte)(rest >> 8), (byte)rest);
        TsigRecord.TryFind(compressed, out _).Should().BeFalse();

        foreach (var at in (int[])[start - 1, start + DnsName.Parse(Key.Algorithm).Length + 9, good.Length - 1])
        {
            var wrong = good.ToArray();
            wrong[at]++;
            TsigRecord.TryFind(wrong, out _).Should().BeFalse($"length at {at}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(15)]
    public void A_signature_that_is_too_short_for_anybody_is_malformed(int length) => Check(UpdateBuilder.Sign(Plain, Key, Noon, macLength: length), Noon).Should().BeNull();

    [Fact(Timeout = Timeout)]
    public async Task Who_has_a_wrong_clock_is_told_ours_with_a_signature()
    {
        await using var server = await new UpdatedServer().StartAsync();
        var message = UpdateBuilder.Sign(Plain, UpdatedServer.Certbot, UpdatedServer.Now - 1_000);

        var answer = await server.SendAsync(message);

        answer.Code.Should().Be(ResponseCode.NotAuthoritative);
        SignatureText.Of(answer.Octets).Should().Be("TSIG error 18, MAC 32, other 6");
        SignatureText.IsGood(answer.Octets, SignatureText.Mac(message), UpdatedServer.Certbot).Should().BeTrue();
        (await server.AskAsync("_acme-challenge.home.")).Should().Be("NXDOMAIN");
    }

    [Fact(Timeout = Timeout)]
    public async Task Signed_queries_get_signed_answers_also_late_ones_and_by_UDP_truncated_ones()
    {
        await using var upstream = new ScriptedServer().When("far.example.", RecordType.A, reply => reply.Answers.Add("@ 60 A 192.0.2.7"));
        await using var server = await new UpdatedServer().StartAsync(upstream.EndPoint.ToString());
        foreach (var (name, edns, transport, isWhole) in ((string, int, HomeCloud.Dns.Serving.QueryTransport, bool)[])
            [
                ("box.home.", 1232, HomeCloud.Dns.Serving.QueryTransport.Udp, true), ("far.example.", 0, HomeCloud.Dns.Serving.QueryTransport.Udp, true),
                ("far.example.", 1232, HomeCloud.Dns.Serving.QueryTransport.Tls, true), (Long, 0, HomeCloud.Dns.Serving.QueryTransport.Udp, false),
                (Long, 0, HomeCloud.Dns.Serving.QueryTransport.Tcp, true),
            ])
        {
            if (name == Long)
                (await server.UpdateAsync(Enumerable.Range(1, 10).Aggregate(new UpdateBuilder("home."), (update, i) => update.Add(Long, RecordType.A, UpdateBuilder.Address($"192.0.2.{i}"))))).Should().Be(ResponseCode.NoError);
            var query = UpdateBuilder.Sign(DnsMessage.Query(name, RecordType.A, edns: edns), UpdatedServer.Admin, UpdatedServer.Now);
            var answer = await server.SendAsync(query, transport);
            SignatureText.IsGood(answer.Octets, SignatureText.Mac(query), UpdatedServer.Admin).Should().BeTrue($"{name} {transport}");
            answer.Has(HeaderFlags.Truncated).Should().Be(!isWhole);
            answer.Answers.Should().HaveCount(!isWhole ? 0 : name == Long ? 10 : 1);
        }
    }

    private static readonly string Long = $"{new string('a', 63)}.{new string('b', 63)}.{new string('c', 63)}.{new string('d', 50)}.home.";

    private static TsigSession? Check(byte[] message, long now)
    {
        TsigRecord.TryFind(message, out var tsig).Should().BeTrue();
        return TsigSession.Check(message, tsig!, [Known], now);
    }
}
