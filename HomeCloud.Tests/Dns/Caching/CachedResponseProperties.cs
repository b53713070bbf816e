using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using HomeCloud.Dns.Caching;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Caching;

public sealed class CachedResponseProperties
{
    private const long Now = 5_000_000;

    [Fact]
    public void TTLs_count_down_never_below_zero_and_the_response_is_stale_when_the_first_runs_out() =>
        Prop.ForAll(Gen.Choose(1, 100_000).ArrayOf(3).ToArbitrary(), Gen.Choose(0, 200_000).ToArbitrary(), (ttls, elapsed) =>
        {
            var options = new CacheOptions { MaxTtl = 50_000 };
            var question = ResponseBytes.Question("www.example.");
            var message = ResponseBytes.Message(question, ResponseCode.NoError, [.. ttls.Select(ttl => $"www.example. {ttl} A 192.0.2.1")], []);
            var response = new CachedResponseBuilder(options).Build(question, message, ResponseCode.NoError, [], 0, Now)!;
            var buffer = message.ToArray();
            response.CopyRecordsTo(buffer, (uint)elapsed);

            var expected = ttls.Select(ttl => Math.Max(0, Math.Min(ttl, 50_000) - elapsed));
            var first = Math.Min(ttls.Min(), 50_000);
            return Ttls(buffer).SequenceEqual(expected)
                && response.ExpiresAt == Now + (first * 1_000L)
                && response.IsFresh(Now + (first * 1_000L) - 1)
                && !response.IsFresh(Now + (first * 1_000L));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_octets_that_an_upstream_may_send_make_the_builder_throw() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<ushort>(), (rest, counts) =>
        {
            var question = ResponseBytes.Question("www.example.");
            byte[] message = [.. ResponseBytes.Message(question, ResponseCode.NoError, [], []), .. rest];
            MessageHeader.SetCounts(message, 1, counts & 3, (counts >> 2) & 3, (counts >> 4) & 3);
            var response = new CachedResponseBuilder(new CacheOptions()).Build(question, message, ResponseCode.NoError, [], 0, Now);
            if (response is null)
                return true;
            response.CopyRecordsTo(new byte[response.MessageLength], 7);
            return true;
        }).QuickCheckThrowOnFailure();

    private static List<int> Ttls(byte[] message)
    {
        var ttls = new List<int>();
        var reader = new MessageReader(message);
        reader.TrySkipQuestion(out _, out _);
        while (reader.TryReadRecord(out var record))
            ttls.Add((int)BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(record.TtlOffset)));
        return ttls;
    }
}
