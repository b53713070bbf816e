using System.Text;
using HomeCloud.Net.Localization;

namespace HomeCloud.Tests.Net.Localization;

public sealed class PhraseTests
{
    [Fact]
    public void A_phrase_is_its_english_text_until_a_catalogue_has_another()
    {
        var name = "airplay";
        Phrase reason = $"it needs {1.5:0.0} GiB";
        Phrase phrase = $"The name {name} is taken: {reason}.";

        phrase.Template.Should().Be("The name {0} is taken: {1}.");
        reason.Template.Should().Be("it needs {0:0.0} GiB");
        phrase.ToString().Should().Be("The name airplay is taken: it needs 1.5 GiB.");
        phrase.In(Japanese("""{ "The name {0} is taken: {1}.": "名前 {0} は使われています（{1}）。", "it needs {0:0.0} GiB": "{0:0.0} GiB 必要です" }"""))
            .Should().Be("名前 airplay は使われています（1.5 GiB 必要です）。");
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("}{ {{ }}")]
    [InlineData("")]
    public void What_fills_a_hole_is_never_read_as_a_template(string hostile)
    {
        Phrase filled = $"<{hostile}>";
        filled.ToString().Should().Be($"<{hostile}>");

        Phrase plain = hostile;
        plain.ToString().Should().Be(hostile);
    }

    [Fact]
    public void Braces_of_the_text_itself_stay()
    {
        Phrase phrase = $"{{name}} is {5}";
        phrase.Template.Should().Be("{{name}} is {0}");
        phrase.ToString().Should().Be("{name} is 5");
    }

    [Fact]
    public void Phrases_are_joined_and_stand_inside_sentences_in_each_language()
    {
        Phrase fix = "Wait.";
        Phrase reason = $"Docker is {"away"}.";
        var both = Phrase.Join(" ", "", fix, $"Not removed: {reason.Part};");

        both.ToString().Should().Be("Wait. Not removed: Docker is away;");
        both.In(Japanese("""{ "Wait.": "お待ちください。", "Docker is {0}.": "Docker は {0} です。", "Not removed: {0};": "残り: {0};" }""")).Should().Be("お待ちください。 残り: Docker は away です;");
        Phrase.Join("; ").IsEmpty.Should().BeTrue();
        Phrase.Join(" and ", "one", "two").In(Japanese("""{ " and ": " と " }""")).Should().Be("one と two");
        reason.ToString().Should().Be("Docker is away.", "only its part lacks the full stop");
    }

    [Theory]
    [InlineData("it took too long", "It took too long.")]
    [InlineData("nas.home is in no zone", "nas.home is in no zone.")]
    [InlineData("'猫' is not a name", "'猫' is not a name.")]
    [InlineData("it ends.", "It ends.")]
    [InlineData("", "")]
    public void A_phrase_becomes_a_sentence(string text, string sentence) => Phrase.Join("", text).Sentence.ToString().Should().Be(sentence);

    [Theory]
    [InlineData("is it a list", "リストです (例: TXT)。")]
    [InlineData("not there", "Not there.")]
    public void A_translated_sentence_has_the_full_stop_of_its_language(string text, string sentence)
    {
        Phrase phrase = text;
        phrase.Sentence.In(Japanese("""{ "is it a list": "リストです (例: TXT)" }""")).Should().Be(sentence);
    }

    [Fact]
    public void No_text_is_no_phrase()
    {
        string? text = null;
        Phrase? phrase = text;
        phrase.Should().BeNull();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{ "a": null }""")]
    [InlineData("""{ "a": 5 }""")]
    [InlineData("""{ "a": "b", "a": "c" }""")]
    public void A_damaged_catalogue_is_refused(string json) => FluentActions.Invoking(() => Japanese(json)).Should().Throw<FormatException>().WithMessage("The texts for ja cannot be read: *");

    [Theory]
    [InlineData("""{ "a {0}": "b" }""", "a {0}")]
    [InlineData("""{ "a": "b {0}" }""", "a")]
    [InlineData("""{ "a {0}": "b {1}" }""", "a {0}")]
    [InlineData("""{ "a {0}": "b {0" }""", "a {0}")]
    [InlineData("""{ "a {0} {{1}}": "{{1}} b {0:00}" }""")]
    public void A_translation_with_other_holes_is_found(string json, params string[] wrong) => CatalogueHoles.Wrong(Japanese(json)).Should().Equal(wrong);

    private static Catalogue Japanese(string json) => Catalogue.Read("ja", new MemoryStream(Encoding.UTF8.GetBytes(json)));
}
