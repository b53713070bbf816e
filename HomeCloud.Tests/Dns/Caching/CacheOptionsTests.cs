using HomeCloud.Dns.Caching;

namespace HomeCloud.Tests.Dns.Caching;

public sealed class CacheOptionsTests
{
    [Fact]
    public void Defaults_are_valid() => new CacheOptions().Validate().Should().BeEmpty();

    [Fact]
    public void The_cache_can_be_turned_off() => new CacheOptions { MaxBytes = 0 }.Validate().Should().BeEmpty();

    [Fact]
    public void Names_the_option_the_value_and_the_fix()
    {
        var options = new CacheOptions { MaxBytes = 5, MaxTtl = 0, MinTtl = -1, MaxNegativeTtl = -1, FailureTtl = 0, MaxStale = -1, StaleAnswerTtl = 0, StaleRecheck = 301, StaleClientMilliseconds = -1 };

        options.Validate().Should().HaveCount(9).And.OnlyContain(text => text.Contains("choose", StringComparison.Ordinal));
    }
}
