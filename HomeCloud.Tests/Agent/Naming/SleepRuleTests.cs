using HomeCloud.Agent.Naming;

namespace HomeCloud.Tests.Agent.Naming;

public sealed class SleepRuleTests
{
    [Theory]
    [InlineData("15m", "00:15:00")]
    [InlineData("Never", null)]
    public void Times_are_read(string text, string? time)
    {
        SleepRule.TryParse(text, out var after).Should().BeTrue();
        after.Should().Be(time is null ? null : TimeSpan.Parse(time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1s")]
    [InlineData("31d")]
    [InlineData("soon")]
    public void What_is_no_time_is_refused(string text) => SleepRule.TryParse(text, out _).Should().BeFalse();
}
