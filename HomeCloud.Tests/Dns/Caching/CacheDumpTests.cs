using HomeCloud.Dns.Caching;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Caching;

public sealed class CacheDumpTests
{
    [Fact]
    public void Shows_each_response_with_its_records_and_time_left()
    {
        var options = new CacheOptions();
        var cache = new AnswerCache(options);
        Store("b.example.", RecordType.Txt, ["b.example. 60 TXT hello"]);
        Store("a.example.", RecordType.A, ["a.example. 300 CNAME www.example.", "www.example. 300 A 192.0.2.1"]);
        Store("odd.example.", (RecordType)65280, ["odd.example. 300 TYPE65280 \\# 2 0102"]);
        using var writer = new StringWriter { NewLine = "\n" };

        CacheDump.WriteTo(writer, cache, 100_000);

        writer.ToString().Split('\n')[1..].Should().Equal(
            "a.example. A ; NoError, 200 s left, 300 octets",
            "    a.example. 300 IN CNAME www.example.",
            "    www.example. 300 IN A 192.0.2.1",
            "b.example. TXT ; NoError, stale for 40 s, 264 octets",
            "    b.example. 60 IN TXT \"hello\"",
            "odd.example. TYPE65280 ; NoError, 200 s left, 264 octets",
            "    odd.example. 300 IN TYPE65280 \\# 2 0102",
            "");

        void Store(string name, RecordType type, string[] answers)
        {
            var question = ResponseBytes.Question(name, type);
            cache.Store(new CachedResponseBuilder(options).Build(question, ResponseBytes.Message(question, ResponseCode.NoError, answers, []), ResponseCode.NoError, [], 0, 0)!);
        }
    }
}
