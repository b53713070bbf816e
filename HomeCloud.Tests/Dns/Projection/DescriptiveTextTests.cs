using System.Buffers;
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

    [Theory]
    [InlineData("", 0)]
    [InlineData("{ago}", 7)]
    [InlineData("née {ago} ä", 15)]
    public void Words_are_counted_in_octets(string explanation, int octets)
    {
        Span<byte> utf8 = stackalloc byte[255];

        new NodeExplanation(NodeExplanation.Pack(explanation, Nine).Span).Write(utf8, Nine.ToUnixTimeSeconds()).Should().Be(octets);
    }

    [Fact]
    public void Words_too_long_to_be_sent_are_not_kept()
    {
        NodeExplanation.Pack(new string('x', 254), Nine).Length.Should().BePositive();
        NodeExplanation.Pack(new string('x', 255), Nine).IsEmpty.Should().BeTrue();
        NodeExplanation.Pack(new string('ä', 128), Nine).IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Text_without_room_for_it_is_not_written_in_part()
    {
        var words = NodeExplanation.Pack("stopped {ago}, code 1", Nine).Span;
        var longest = new NodeExplanation(words).Write(new byte[255], Nine.ToUnixTimeSeconds());

        for (var room = 0; room < longest; room++)
            new NodeExplanation(words).Write(new byte[room], Nine.ToUnixTimeSeconds()).Should().Be(0);
    }

    /// <summary>Any writer of a shared Redis chooses the attributes' names.</summary>
    [Theory]
    [InlineData(253)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(100_000)]
    public void A_key_of_any_length_fits_or_is_left_out(int length)
    {
        var record = new NameRecord { Name = "x", Owner = "a", Attributes = NameRecord.NoAttributes.Add(new string('k', length), "ärger").Add("z", "seen") };
        var data = new ArrayBufferWriter<byte>();

        DescriptiveText.WriteTxtData(record, data);

        var strings = new List<string>();
        for (var at = 0; at < data.WrittenCount; at += 1 + data.WrittenSpan[at])
            strings.Add(Encoding.UTF8.GetString(data.WrittenSpan.Slice(at + 1, data.WrittenSpan[at])));
        strings.Should().Contain(["state=running", "z=seen", "owner=a"]).And.HaveCount(length < 255 ? 4 : 3);
    }

    private static string Explain(NameRecord record, DateTimeOffset now)
    {
        Span<byte> utf8 = stackalloc byte[255];
        var packed = NodeExplanation.Pack(DescriptiveText.WhyNoAddress(record)!, record.Since);
        var length = new NodeExplanation(packed.Span).Write(utf8, now.ToUnixTimeSeconds());
        return Encoding.UTF8.GetString(utf8[..length]);
    }
}
