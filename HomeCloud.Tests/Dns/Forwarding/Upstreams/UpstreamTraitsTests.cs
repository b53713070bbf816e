using HomeCloud.Dns.Forwarding.Upstreams;

namespace HomeCloud.Tests.Dns.Forwarding.Upstreams;

public sealed class UpstreamTraitsTests
{
    private readonly SteeredTime _time = new();

    [Fact]
    public void EDNS_is_given_up_after_two_silences_and_tried_again_later()
    {
        var traits = new UpstreamTraits(_time);
        traits.MayDropEdns.Should().BeTrue("nothing is known of it yet");

        traits.CountEdnsSilence();
        traits.Edns.Should().BeTrue("one may be a lost datagram");
        traits.CountEdnsSilence();
        traits.Edns.Should().BeFalse();

        _time.Now += TimeSpan.FromMinutes(31);
        traits.Edns.Should().BeTrue("servers get replaced");
        traits.MayDropEdns.Should().BeTrue("and this one may be the old one still");
    }

    [Fact]
    public void One_that_answered_EDNS_is_doubted_only_after_several_silences()
    {
        var traits = new UpstreamTraits(_time);
        traits.AnsweredEdns();
        traits.MayDropEdns.Should().BeFalse();

        for (var i = 0; i < 3; i++)
            traits.CountUnanswered();
        traits.MayDropEdns.Should().BeTrue("a firewall may have come between");

        traits.AnsweredEdns();
        traits.MayDropEdns.Should().BeFalse();
    }

    private sealed class SteeredTime : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
