using System.Text;
using HomeCloud.Dns.Projection;
using HomeCloud.Dns.Zones;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Dns.Projection;

public sealed class DescriptiveTextTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("container airplay stopped {ago} (exit code 137)", 180, "container airplay stopped 3 min ago (exit code 137)")]
    [InlineData("container stopped stopped {ago} (exit code 0)", 5, "container stopped stopped 5 s ago (exit code 0)")]
    [InlineData("container x stopped (exit code 1)", 5, "container x stopped (exit code 1)")]
    [InlineData("container web is not healthy", 5, "container web is not healthy")]
    public void A_stopped_name_says_how_long_ago(string explanation, int secondsLater, string expected)
    {
        var record = new NameRecord { Name = "x", Owner = "a", State = RecordState.Stopped, Since = Nine, Explanation = explanation };

        Explain(record, Nine.AddSeconds(secondsLater)).Should().Be(expected);
    }

    [Fact]
    public void Without_a_time_nothing_is_invented()
    {
        var record = new NameRecord { Name = "x", Owner = "a", State = RecordState.Stopped };

        Explain(record, Nine).Should().Be("x is stopped");
    }

    private static string Explain(NameRecord record, DateTimeOffset now)
    {
        Span<byte> utf8 = stackalloc byte[255];
        var length = new NodeExplanation(DescriptiveText.WhyNoAddress(record)!, record.Since).Write(utf8, now.ToUnixTimeSeconds());
        return Encoding.UTF8.GetString(utf8[..length]);
    }
}
