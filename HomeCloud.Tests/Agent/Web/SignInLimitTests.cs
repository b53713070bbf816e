using HomeCloud.Agent.Web.Security;
using HomeCloud.Tests.Agent.Reconciliation;

namespace HomeCloud.Tests.Agent.Web;

public sealed class SignInLimitTests
{
    private readonly ManualClock _clock = new();
    private readonly SignInLimit _limit;

    public SignInLimitTests() => _limit = new SignInLimit(_ => Task.CompletedTask, _clock);

    [Fact]
    public void A_client_has_six_tries_a_minute_and_the_others_have_theirs()
    {
        Tries("192.168.1.20", 8).Should().Equal(true, true, true, true, true, true, false, false);
        _limit.TryTake("192.168.1.21").Should().BeTrue();

        _clock.Advance(TimeSpan.FromSeconds(59));
        _limit.TryTake("192.168.1.20").Should().BeFalse();
        _clock.Advance(TimeSpan.FromSeconds(1));
        Tries("192.168.1.20", 7).Should().EndWith(false).And.StartWith(true);
    }

    [Fact]
    public void More_clients_than_can_be_counted_share_one_count_until_the_minute_is_over()
    {
        for (var client = 0; client < SignInLimit.MostClients; client++)
            _limit.TryTake($"fd00:0:0:{client:x}::/64").Should().BeTrue();

        Tries("192.168.1.20", 6).Should().NotContain(false);
        _limit.TryTake("192.168.1.21").Should().BeFalse();

        _clock.Advance(TimeSpan.FromMinutes(1));
        Tries("192.168.1.21", 7).Should().Equal(true, true, true, true, true, true, false);
        _limit.TryTake("192.168.1.20").Should().BeTrue();
    }

    [Fact]
    public void It_needs_no_timer()
    {
        Tries("192.168.1.20", 7);

        _clock.Armed.Should().Be(0);
    }

    private bool[] Tries(string client, int count) => [.. Enumerable.Range(0, count).Select(_ => _limit.TryTake(client))];
}
