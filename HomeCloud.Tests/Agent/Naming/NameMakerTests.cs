using FsCheck;
using FsCheck.Fluent;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Tests.Agent.Naming;

public class NameMakerTests
{
    private static readonly string[] Zones = ["home", "home.arpa"];

    [Theory]
    [InlineData("airplay", "airplay")]
    [InlineData("AirPlay", "airplay")]
    [InlineData("my_app", "my-app")]
    [InlineData("my__app", "my-app")]
    [InlineData("my--app", "my--app")]
    [InlineData("_app_", "app")]
    [InlineData("-app-", "app")]
    [InlineData("web.shop", "web.shop")]
    [InlineData("web..shop.", "web.shop")]
    [InlineData("web.home", "web")]
    [InlineData("web.home.arpa.", "web")]
    [InlineData("home", "home")]
    [InlineData("bücher", "xn--bcher-kva")]
    [InlineData("BÜCHER", "xn--bcher-kva")]
    [InlineData("дом", "xn--d1aqf")]
    [InlineData("xn--bcher-kva", "xn--bcher-kva")]
    [InlineData("tv 📺 room", "tv-room")]
    [InlineData("a\0b\nc", "a-b-c")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("*.web", "web")]
    [InlineData("<script>", "script")]
    public void One_rule_makes_a_name_of_any_text(string text, string expected)
    {
        NameMaker.TryNormalize(text, Zones, out var name).Should().BeTrue();
        name.Should().Be(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("...")]
    [InlineData("_")]
    [InlineData("---")]
    [InlineData("📺")]
    [InlineData("\ud800")]
    public void Nothing_is_made_of_nothing(string? text) => NameMaker.TryNormalize(text, Zones, out _).Should().BeFalse();

    [Fact]
    public void Long_labels_are_cut_and_stay_apart()
    {
        var start = new string('a', 80);
        NameMaker.TryNormalize(start + "1", Zones, out var first);
        NameMaker.TryNormalize(start + "2", Zones, out var second);
        first.Should().HaveLength(63).And.StartWith(new string('a', 54) + "-").And.NotBe(second);
        NameMaker.TryNormalize(start + "1", Zones, out var again);
        again.Should().Be(first);
    }

    [Theory]
    [InlineData("web", 2, "web-2")]
    [InlineData("web.shop", 3, "web-3.shop")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123", 2, "a234567890123456789012345678901234567890123456789012345678901-2")]
    public void A_number_goes_to_the_first_label(string name, int number, string expected) =>
        NameMaker.WithNumber(name, number).Should().Be(expected);

    [Fact]
    public void Any_text_gives_a_valid_name_or_none() => Prop.ForAll(
        AnyText(),
        text => !NameMaker.TryNormalize(text, Zones, out var name) || IsValid(name)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_name_once_made_stays() => Prop.ForAll(
        AnyText(),
        text => !NameMaker.TryNormalize(text, [], out var name) || (NameMaker.TryNormalize(name, [], out var again) && again == name)).QuickCheckThrowOnFailure();

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= NameMaker.MaximumName
        && name.Split('.').All(label =>
            label.Length is > 0 and <= NameMaker.MaximumLabel
            && label[0] != '-' && label[^1] != '-'
            && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));

    /// <summary>All of UTF-16, with lone surrogates, long runs, and what names are made of more often than chance would have it.</summary>
    public static Arbitrary<string> AnyText()
    {
        var character = Gen.Frequency(
            (4, Gen.Elements("aZ09-_. \0/:*üдßİ家ﬁ\u0308\u200d\ud83d\udcfa".ToCharArray())),
            (1, Gen.Choose(0, 0xFFFF).Select(value => (char)value)));
        return Arb.From(Gen.Frequency((5, Gen.Choose(0, 30)), (1, Gen.Choose(50, 400)))
            .SelectMany(length => Gen.ArrayOf(character, length))
            .Select(characters => new string(characters)));
    }
}
