using System.Text;
using HomeCloud.Agent.Web.Terminals;

namespace HomeCloud.Tests.Agent.Web;

/// <summary>What a page may say beside what is typed: anything may come.</summary>
public sealed class TerminalMessagesTests
{
    [Theory]
    [InlineData("""{"columns":132,"rows":43}""", 132, 43)]
    [InlineData("""{"rows":43,"columns":132,"more":[1]}""", 132, 43)]
    [InlineData("""{"columns":0,"rows":2147483647}""", 1, 1000)]
    public void A_size_is_read_and_kept_within_what_terminals_have(string text, int columns, int rows) =>
        TerminalWish.Read(Encoding.UTF8.GetBytes(text))!.Size.Should().Be(new HomeCloud.Agent.Servers.Engine.TerminalSize(columns, rows));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"columns":"132","rows":[]}""")]
    [InlineData("""{"columns":1e99,"rows":1}""")]
    [InlineData("""{"columns":132,""")]
    public void What_is_no_wish_is_none(string text) => TerminalWish.Read(Encoding.UTF8.GetBytes(text)).Should().BeNull();

    [Fact]
    public void No_octets_do_harm()
    {
        var random = new Random(2811);
        var good = """{"columns":132,"rows":43,"shown":65536}"""u8.ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            var bad = good.AsSpan(0, random.Next(good.Length + 1)).ToArray();
            for (var change = random.Next(4); change > 0 && bad.Length > 0; change--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);

            if (TerminalWish.Read(bad)?.Size is { } size)
                (size.Columns is >= 1 and <= 1000 && size.Rows is >= 1 and <= 1000).Should().BeTrue();
        }

        TerminalWish.Read(new byte[TerminalWish.Longest + 1]).Should().BeNull();
    }
}
