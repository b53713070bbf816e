using System.Net;
using HomeCloud.Dns.Serving.Access;

namespace HomeCloud.Tests.Dns.Serving.Access;

public class RateLimiterTests
{
    private static readonly ClientAddress Client = ClientAddress.From(IPAddress.Parse("192.168.1.7"));

    [Fact]
    public void A_client_gets_its_burst_and_then_its_rate()
    {
        var limiter = new RateLimiter(new RateLimitOptions { PerSecond = 100, Burst = 50, Slip = 0 });
        Answers(limiter, Client, 1000, 200).Should().Be(50);
        Answers(limiter, Client, 1500, 200).Should().Be(50);
        Answers(limiter, Client, 1600, 200).Should().Be(10);
        Answers(limiter, Client, 60_000, 200).Should().Be(50, "rest does not add up beyond the burst");
    }

    [Fact]
    public void Every_second_answer_over_the_limit_is_truncated()
    {
        var limiter = new RateLimiter(new RateLimitOptions { PerSecond = 1, Burst = 1, Slip = 2 });
        limiter.Count(Client, 0);
        var verdicts = Enumerable.Range(0, 10).Select(_ => limiter.Count(Client, 0)).ToList();
        verdicts.Count(verdict => verdict == RateVerdict.Truncate).Should().Be(5);
        verdicts.Count(verdict => verdict == RateVerdict.Drop).Should().Be(5);
    }

    [Fact]
    public void Clients_do_not_count_for_each_other_but_one_IPv6_network_is_one_client()
    {
        var limiter = new RateLimiter(new RateLimitOptions { PerSecond = 1, Burst = 5, Slip = 0 });
        Answers(limiter, Client, 0, 10).Should().Be(5);
        Answers(limiter, ClientAddress.From(IPAddress.Parse("192.168.1.8")), 0, 10).Should().Be(5);
        Answers(limiter, ClientAddress.From(IPAddress.Parse("2001:db8::1")), 0, 10).Should().Be(5);
        Answers(limiter, ClientAddress.From(IPAddress.Parse("2001:db8::2")), 0, 10).Should().Be(0);
    }

    [Fact]
    public void Loopback_and_a_limit_of_zero_are_no_limit()
    {
        Answers(new RateLimiter(new RateLimitOptions { PerSecond = 1, Burst = 1 }), ClientAddress.From(IPAddress.IPv6Loopback), 0, 100).Should().Be(100);
        Answers(new RateLimiter(new RateLimitOptions { PerSecond = 0 }), Client, 0, 100).Should().Be(100);
    }

    [Fact]
    public void Whoever_is_exempt_is_not_limited_and_then_loopback_is()
    {
        var options = new RateLimitOptions { PerSecond = 1, Burst = 5, Slip = 0 };
        options.Exempt.Clear();
        options.Exempt.Add("192.168.1.7");
        var limiter = new RateLimiter(options);
        Answers(limiter, Client, 0, 100).Should().Be(100);
        Answers(limiter, ClientAddress.From(IPAddress.Loopback), 0, 100).Should().Be(5);
    }

    [Theory]
    [InlineData(44)]
    [InlineData(48)]
    public void Nothing_happens_when_the_time_in_a_slot_wraps(int bits)
    {
        const long Hour = 3_600_000;
        var wrap = (1L << bits) / 1000;
        var limiter = new RateLimiter(new RateLimitOptions { PerSecond = 100, Burst = 50, Slip = 0 });
        for (var now = wrap - (24 * Hour); now < wrap + (24 * Hour); now += Hour)
            Answers(limiter, Client, now, 200).Should().Be(50, "at {0} h of uptime", now / Hour);

        Answers(limiter, Client, 2 * wrap - 100, 200).Should().Be(50, "a bucket drains across the wrap as elsewhere");
        Answers(limiter, Client, 2 * wrap + 100, 200).Should().Be(20);
    }

    [Fact]
    public void Who_asks_seldom_is_answered_for_a_lifetime()
    {
        var limiter = new RateLimiter(new RateLimitOptions { PerSecond = 1, Burst = 1000, Slip = 0 });
        var random = new Random(14);
        for (long now = 0; now < 100L * 366 * 86_400_000; now += random.NextInt64(3_600_000, 60L * 86_400_000))
            limiter.Count(Client, now).Should().Be(RateVerdict.Answer, "after {0} days", now / 86_400_000);
    }

    [Fact]
    public void A_flood_of_forged_addresses_takes_no_memory()
    {
        var limiter = new RateLimiter(new RateLimitOptions { Clients = 256 });
        limiter.Count(Client, 0);
        Allocations.Least(() =>
        {
            for (uint i = 0; i < 100_000; i++)
                limiter.Count(ClientAddress.FromIPv4(i), i / 100);
        }).Should().Be(0);
    }

    [Theory]
    [InlineData(-1, 1, 2, 1024)]
    [InlineData(1, 0, 2, 1024)]
    [InlineData(1, 1, 101, 1024)]
    [InlineData(1, 1, 2, 1000)]
    public void Options_out_of_range_are_refused(int rate, int burst, int slip, int clients) =>
        new RateLimitOptions { PerSecond = rate, Burst = burst, Slip = slip, Clients = clients }.Validate().Should().ContainSingle();

    [Fact]
    public void An_exempt_network_that_is_none_is_refused()
    {
        var options = new RateLimitOptions();
        options.Exempt.Add("router");
        options.Validate().Should().ContainSingle().Which.Should().Contain("--rate-exempt 'router'");
    }

    private static int Answers(RateLimiter limiter, ClientAddress client, long now, int queries) =>
        Enumerable.Range(0, queries).Count(_ => limiter.Count(client, now) == RateVerdict.Answer);
}
