using HomeCloud.Dns.Caching;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Caching;

[Collection(AloneCollection.Name)]
public sealed class AnswerCacheTests
{
    private const long Now = 1_000_000;

    private readonly CacheOptions _options = new() { MaxBytes = 1 << 20 };

    [Fact]
    public void Finds_what_was_stored_under_its_question_and_variant_only()
    {
        var cache = new AnswerCache(_options);
        cache.Store(ResponseBytes.Address(_options, "www.example.", Now)).Should().BeTrue();

        var question = ResponseBytes.Question("www.example.");
        cache.Find(question)!.Code.Should().Be(ResponseCode.NoError);
        cache.Find(ResponseBytes.Question("www.example.", RecordType.Aaaa)).Should().BeNull();
        cache.Find(ResponseBytes.Question("ww.example.")).Should().BeNull();
        cache.Find(new CacheQuestion(question.Name, question.Type, question.Class, QuestionVariant.DnssecOk)).Should().BeNull();
    }

    [Fact]
    public void A_newer_response_takes_the_place_of_the_older()
    {
        var cache = new AnswerCache(_options);
        cache.Store(ResponseBytes.Address(_options, "www.example.", Now, ttl: 10));
        cache.Store(ResponseBytes.Address(_options, "www.example.", Now, ttl: 20));

        cache.Count.Should().Be(1);
        cache.Find(ResponseBytes.Question("www.example."))!.ExpiresAt.Should().Be(Now + 20_000);
    }

    [Fact]
    public void Stays_within_its_bytes_under_a_flood_of_unique_names_and_keeps_what_is_asked_again()
    {
        var cache = new AnswerCache(_options);
        var popular = Enumerable.Range(0, 200).Select(i => ResponseBytes.Question($"popular{i}.example.")).ToArray();
        foreach (var question in popular)
        {
            cache.Store(ResponseBytes.Address(_options, DnsName.ToText(question.Name), Now));
            for (var i = 0; i < 3; i++)
                cache.Find(question);
        }

        for (var i = 0; i < 50_000; i++)
        {
            cache.Store(ResponseBytes.Address(_options, $"flood{i}.example.", Now));
            if (i % 1_000 == 0)
                cache.Bytes.Should().BeLessThanOrEqualTo(_options.MaxBytes);
        }

        popular.Count(question => cache.Find(question) is not null).Should().Be(popular.Length);
        cache.Evictions.Should().BeGreaterThan(40_000);
        cache.Count.Should().BeLessThan(5_000);
    }

    [Fact]
    public void Memory_stays_flat_under_the_flood()
    {
        var cache = new AnswerCache(_options);
        Fill(cache, 0, 20_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Fill(cache, 20_000, 100_000);
        var after = GC.GetTotalMemory(forceFullCollection: true);

        (after - before).Should().BeLessThan(8 << 20, "other tests run beside this one, but the 100,000 names would take 30 MB");
        GC.KeepAlive(cache);
    }

    [Fact]
    public void A_response_that_would_fill_the_cache_is_not_stored()
    {
        var options = new CacheOptions { MaxBytes = 64 << 10 };
        var cache = new AnswerCache(options);
        var question = ResponseBytes.Question("big.example.", RecordType.Txt);
        var records = Enumerable.Range(0, 120).Select(_ => $"big.example. 60 TXT {new string('x', 200)}").ToArray();
        var message = ResponseBytes.Message(question, ResponseCode.NoError, records, []);

        cache.Store(new CachedResponseBuilder(options).Build(question, message, ResponseCode.NoError, [], 0, Now)!).Should().BeFalse();
        cache.Count.Should().Be(0);
    }

    [Fact]
    public void Flushing_forgets_all_or_what_lies_below_a_name()
    {
        var cache = new AnswerCache(_options);
        foreach (var name in (string[])["example.", "www.example.", "a.www.example.", "xexample.", "other."])
            cache.Store(ResponseBytes.Address(_options, name, Now));

        cache.Flush(DnsName.Parse("www.example.")).Should().Be(2);
        cache.Find(ResponseBytes.Question("a.www.example.")).Should().BeNull();
        cache.Find(ResponseBytes.Question("example.")).Should().NotBeNull();
        cache.Flush().Should().Be(3);
        cache.Count.Should().Be(0);
        cache.Bytes.Should().Be(0);
    }

    [Fact]
    public void Turned_off_it_stores_nothing()
    {
        var options = new CacheOptions { MaxBytes = 0 };
        var cache = new AnswerCache(options);

        cache.Store(ResponseBytes.Address(options, "www.example.", Now)).Should().BeFalse();
        cache.Find(ResponseBytes.Question("www.example.")).Should().BeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Readers_always_see_whole_responses_while_writers_replace_and_evict()
    {
        const int Enough = 20_000;
        var cache = new AnswerCache(new CacheOptions { MaxBytes = 64 << 10 });
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        var questions = Enumerable.Range(0, 400).Select(i => ResponseBytes.Question($"n{i}.example.")).ToArray();
        var writers = Enumerable.Range(0, 2).Select(seed => OnItsOwnThread(() =>
        {
            var random = new Random(seed);
            while (!stop.IsCancellationRequested)
            {
                cache.Store(ResponseBytes.Address(_options, $"n{random.Next(400)}.example.", Now));
                if (random.Next(500) == 0)
                    cache.Flush();
            }
        })).ToArray();
        var readers = Enumerable.Range(0, 2).Select(seed => OnItsOwnThread(() =>
        {
            var random = new Random(seed);
            var found = 0;
            while (found < Enough && !stop.IsCancellationRequested)
            {
                var question = questions[random.Next(400)];
                if (cache.Find(question) is not { } response)
                    continue;
                response.Name.SequenceEqual(question.Name).Should().BeTrue();
                found++;
            }

            found.Should().Be(Enough);
        })).ToArray();

        try
        {
            await Task.WhenAll(readers);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(writers);
        }

        cache.Bytes.Should().BeLessThanOrEqualTo(64 << 10);
    }

    // Threads of the pool would be taken by whoever comes first, and the others would never start.
    private static Task OnItsOwnThread(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Fill(AnswerCache cache, int from, int count)
    {
        for (var i = from; i < from + count; i++)
            cache.Store(ResponseBytes.Address(_options, $"flood{i}.example.", Now));
    }
}
