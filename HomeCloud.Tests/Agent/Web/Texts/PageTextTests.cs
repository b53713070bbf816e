using System.Text.RegularExpressions;
using HomeCloud.Agent.Web.Texts;
using HomeCloud.Cli.Localization;
using HomeCloud.Net.Localization;
using HomeCloud.Tests.Docs;
using HomeCloud.Tests.Net.Localization;

namespace HomeCloud.Tests.Agent.Web.Texts;

/// <summary>Every text of the page is there in every language, and each word has one translation.</summary>
public sealed partial class PageTextTests
{
    public static TheoryData<string> Languages => [.. PageLanguage.All.Skip(1)];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_text_has_a_translation_and_every_translation_a_text(string language)
    {
        var (shown, translated) = (PageSources.Texts(), PageLanguage.Texts(language).Texts);
        shown.Count.Should().BeGreaterThan(300);
        shown.Where(text => !translated.ContainsKey(text.Key)).Select(text => $"{text.First()}: {text.Key}").Should().BeEmpty("HomeCloud.Agent/Web/Texts/{0}.json has all texts", language);
        translated.Keys.Where(text => !shown.Contains(text)).Should().BeEmpty("no page shows these any more");
    }

    /// <summary>And what is translated of templates. In a literal of the sources or in a template. Otherwise the text was changed, and its translation shows no more.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public void What_the_page_translates_of_the_API_is_still_said(string language)
    {
        var said = string.Join('\n', PageSources.Programs());
        PageLanguage.Told(language).Texts.Keys.Concat(PageLanguage.Templates(language).Texts.Keys)
            .Where(text => !Regex.IsMatch(said, $"\"{string.Join("[^\n]*?", Hole().Split(text).Select(Regex.Escape))}", RegexOptions.CultureInvariant))
            .Should().BeEmpty();
    }

    [Fact]
    public void No_text_stands_in_a_page_or_a_script_without_a_way_to_translate_it() => string.Join('\n', PageSources.AllBare()).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Languages))]
    public void A_translation_has_the_tags_of_its_text(string language) =>
        PageLanguage.Texts(language).Texts.Where(pair => !Tags(pair.Key).SequenceEqual(Tags(pair.Value))).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Languages))]
    public void A_translation_has_the_holes_of_its_text(string language) =>
        CatalogueHoles.Wrong(PageLanguage.Texts(language)).Concat(CatalogueHoles.Wrong(PageLanguage.Told(language))).Concat(CatalogueHoles.Wrong(PageLanguage.Templates(language))).Should().BeEmpty();

    [Fact]
    public void No_Japanese_text_is_left_in_English() =>
        PageLanguage.Texts("ja").Texts.Values.Concat(PageLanguage.Told("ja").Texts.Values).Concat(PageLanguage.Templates("ja").Texts.Values).Where(text => !Japanese().IsMatch(text)).Should().BeEmpty();

    /// <summary>The table of words in docs/developing.md, on the page, in the agent's answers and on the command line. A command or a name stays as it is.</summary>
    [Fact]
    public void The_same_thing_has_the_same_name_everywhere()
    {
        var words = File.ReadLines(Path.Combine(Documents.Root(), "docs", "developing.md")).Select(line => GlossaryRow().Match(line)).Where(row => row.Success).ToList();
        words.Should().HaveCountGreaterThan(10);
        using var answers = File.OpenRead(Path.Combine(Documents.Root(), "HomeCloud.Agent", "Texts", "ja.json"));
        Catalogue[] all = [PageLanguage.Texts("ja"), PageLanguage.Told("ja"), PageLanguage.Templates("ja"), Catalogue.Read("ja", answers), Translation.Read("ja")];
        var others =
            from row in words
            let word = new Regex($@"(?<!-)\b{Plural().Replace(row.Groups[1].Value, "(?:y|ies)")}(?:e?s)?\b", RegexOptions.IgnoreCase)
            from pair in all.SelectMany(catalogue => catalogue.Texts)
            where word.Matches(pair.Key).Any(match => !pair.Value.Contains(match.Value, StringComparison.Ordinal))
                && !row.Groups[2].Value.Split('、').Any(own => pair.Value.Contains(own, StringComparison.Ordinal))
            select $"{row.Groups[1].Value} is {row.Groups[2].Value}, not: {pair.Key} → {pair.Value}";
        string.Join('\n', others).Should().BeEmpty();
    }

    [Theory]
    [InlineData("toast('Saved');", "Saved")]
    [InlineData("h('p', {}, 'nothing')", "nothing")]
    [InlineData("$('x').textContent = a ? 'yes' : '';", "yes")]
    [InlineData("h('b', { title: `Open ${name}` })", "Open …")]
    [InlineData("banner(`There is ${a ? 'no server' : t('one')} here.`)", "no server|There is … here.")]
    [InlineData("t(verb)", "t(verb)")]
    [InlineData("t(`Open ${name}`)", "Open …")]
    [InlineData("// It's Fine\nt('Open {0}', name); a = /['\"]/.test(b) ? 1 : 2;", "")]
    [InlineData("h('b', { class: 'toast bad', 'Content-Type': 1 }, x === 'Escape')", "")]
    public void What_a_script_shows_untranslated_is_found(string script, string found) =>
        string.Join('|', PageSources.BareInScript(script)).Should().Be(found);

    [Theory]
    [InlineData("<p>Hello</p>", "Hello")]
    [InlineData("<p>@Model.Text(\"Hello\") you</p>", "you")]
    [InlineData("<input title=\"Hello you\" />", "title=\"Hello you\"")]
    [InlineData("<p>@Model.Text(\"Hello {0}, \\\"you\\\"\", Model.Subject)</p>", "")]
    [InlineData("<h1>DNS</h1>\n@functions {\n  new(Model, \"Health\", \"health.js\");\n}", "\"Health\"")]
    public void What_a_page_shows_untranslated_is_found(string page, string found) =>
        string.Join('|', PageSources.BareInPage(page)).Should().Be(found);

    private static IEnumerable<string> Tags(string text) => Tag().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Hole();

    [GeneratedRegex("y$")]
    private static partial Regex Plural();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"[\u3000-\u30ff\u4e00-\u9fff\uff01-\uffee]")]
    private static partial Regex Japanese();

    [GeneratedRegex(@"^\| ([A-Za-z ]+) \| ([^|]*[\u3040-\u30ff\u4e00-\u9fff][^|]*) \|")]
    private static partial Regex GlossaryRow();
}
