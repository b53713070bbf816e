using HomeCloud.Net.Localization;

namespace HomeCloud.Tests.Net.Localization;

public sealed class CellTextTests
{
    [Theory]
    [InlineData("NAME", 4)]
    [InlineData("名前", 4)]
    [InlineData("スリープ", 8)]
    [InlineData("ﾈｺ", 2)]
    [InlineData("a、b", 4)]
    [InlineData("–…", 2)]
    public void A_Japanese_character_is_two_cells_wide(string text, int cells) => CellText.Width(text).Should().Be(cells);

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 5, "abcd…")]
    [InlineData("名前です", 7, "名前で…")]
    [InlineData("名前です", 6, "名前…")]
    public void What_is_too_wide_is_cut_at_a_whole_character(string text, int width, string cut) => CellText.Cut(text, width).Should().Be(cut);

    [Theory]
    [InlineData("The quick brown fox", 9, "The quick", "brown fox")]
    [InlineData("名前を書きます。次へ", 12, "名前を書きま", "す。次へ")]
    [InlineData("名前を書く。次", 10, "名前を書", "く。次")]
    [InlineData("名前を書く(例)です", 13, "名前を書く", "(例)です")]
    [InlineData("名前を書く(例)です", 14, "名前を書く(例)", "です")]
    [InlineData("例は: 次", 4, "例", "は:", "次")]
    [InlineData("赤いボックス", 6, "赤い", "ボック", "ス")]
    [InlineData("名前「空」", 6, "名前", "「空」")]
    [InlineData("鍵は .ssh に", 5, "鍵は", ".ssh", "に")]
    [InlineData("homecloud を起動", 10, "homecloud", "を起動")]
    [InlineData("unbreakable", 5, "unbreakable")]
    [InlineData("", 5)]
    public void Lines_break_where_the_language_allows_it(string text, int width, params string[] lines) => CellText.Wrap(text, width).Should().Equal(lines);
}
