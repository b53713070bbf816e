using HomeCloud.Dns.Forwarding.Upstreams;

namespace HomeCloud.Tests.Dns.Forwarding.Upstreams;

public sealed class RoundTripEstimateTests
{
    [Fact]
    public void Settles_on_a_steady_time()
    {
        var estimate = new RoundTripEstimate();
        for (var i = 0; i < 100; i++)
            estimate.Add(20);

        estimate.Smoothed.Should().BeApproximately(20, 0.01);
        estimate.HedgeDelay.Should().Be(40);
    }

    [Fact]
    public void Jitter_lengthens_the_wait_before_another_is_asked()
    {
        var estimate = new RoundTripEstimate();
        for (var i = 0; i < 100; i++)
            estimate.Add(i % 2 == 0 ? 20 : 120);

        estimate.HedgeDelay.Should().BeInRange(150, 400);
    }

    [Fact]
    public void An_unanswered_query_makes_it_look_slower_never_faster()
    {
        var estimate = new RoundTripEstimate();
        estimate.Add(100);
        estimate.AddUnanswered(10);
        estimate.Smoothed.Should().Be(100);
        estimate.AddUnanswered(1_000);
        estimate.Smoothed.Should().BeGreaterThan(200);
    }
}
