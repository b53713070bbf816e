using System.Globalization;
using HomeCloud.Dns.Blocking.Groups;

namespace HomeCloud.Tests.Dns.Blocking;

public sealed class BlockHoursTests
{
    // 2026-11-27 is a Friday.
    [Theory]
    [InlineData("20-18", "2026-11-27 19:59", false)]
    [InlineData("20-18", "2026-11-27 20:00", true)]
    [InlineData("20-18", "2026-11-27 17:59", true)]
    [InlineData("20-18", "2026-11-27 18:00", false)]
    [InlineData("7:30-21", "2026-11-27 07:29", false)]
    [InlineData("7:30-21", "2026-11-27 07:30", true)]
    [InlineData("0-24", "2026-11-27 23:59", true)]
    [InlineData("mon-fri/8-18", "2026-11-27 08:00", true)]
    [InlineData("mon-fri/8-18", "2026-11-28 08:00", false)]
    [InlineData("fri-mon/8-18", "2026-11-29 08:00", true)]
    [InlineData("fri-mon/8-18", "2026-12-01 08:00", false)]
    [InlineData("SAT+wed/8-18", "2026-11-28 08:00", true)]
    [InlineData("fri/22-6", "2026-11-27 05:00", false)]
    [InlineData("fri/22-6", "2026-11-28 05:00", true)]
    [InlineData("sat/22-6", "2026-11-29 05:59", true)]
    public void Hours_include_their_begin_and_not_their_end(string text, string local, bool included)
    {
        BlockHours.TryParse(text, out var hours).Should().BeTrue();
        hours!.Include(DateTime.Parse(local, CultureInfo.InvariantCulture)).Should().Be(included);
    }

    [Theory]
    [InlineData("")]
    [InlineData("20")]
    [InlineData("20-20")]
    [InlineData("24-8")]
    [InlineData("8-25")]
    [InlineData("8-24:01")]
    [InlineData("8:5-9")]
    [InlineData("+8-9")]
    [InlineData("8-9-10")]
    [InlineData("noday/8-9")]
    [InlineData("mon-fri-sun/8-9")]
    [InlineData("/8-9")]
    [InlineData("mon/tue/8-9")]
    public void What_are_no_hours_is_said_to_be_none(string text) => BlockHours.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void Nothing_that_is_written_makes_it_throw()
    {
        var random = new Random(7);
        const string Letters = "0123456789-:/+montuefri ,é";
        for (var round = 0; round < 20_000; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(14)).Select(_ => Letters[random.Next(Letters.Length)])]);
            if (BlockHours.TryParse(text, out var hours))
                hours!.Include(new DateTime(2026, 1, 1).AddMinutes(random.Next(500_000)));
        }
    }
}
