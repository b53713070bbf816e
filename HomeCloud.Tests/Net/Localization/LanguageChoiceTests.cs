using HomeCloud.Net.Localization;

namespace HomeCloud.Tests.Net.Localization;

public sealed class LanguageChoiceTests
{
    private static readonly string[] Languages = ["en", "ja"];

    [Theory]
    [InlineData(null, "en")]
    [InlineData("", "en")]
    [InlineData("ja", "ja")]
    [InlineData("JA-jp", "ja")]
    [InlineData("de,fr;q=0.5", "en")]
    [InlineData("de, ja;q=0.3", "ja")]
    [InlineData("en-GB,en;q=0.9,ja;q=0.8", "en")]
    [InlineData("en;q=0.8,ja;q=0.9", "ja")]
    [InlineData("ja;q=0", "en")]
    [InlineData("ja;q=x, ;;, *", "en")]
    [InlineData("java", "en")]
    public void By_accept_language(string? header, string language) => LanguageChoice.ByAcceptLanguage(header, Languages).Should().Be(language);

    [Theory]
    [InlineData(null, null, null, "en")]
    [InlineData(null, null, "ja_JP.UTF-8", "ja")]
    [InlineData(null, "C", "ja_JP.UTF-8", "en")]
    [InlineData("ja_JP@x", "C", "C", "ja")]
    [InlineData("", "", "ja", "ja")]
    [InlineData(null, null, "jav_XX", "en")]
    public void By_locale_variables(string? all, string? messages, string? lang, string language) =>
        LanguageChoice.ByEnvironment(name => name switch { "LC_ALL" => all, "LC_MESSAGES" => messages, _ => lang }, Languages).Should().Be(language);

    [Theory]
    [InlineData("ja", "C", "ja")]
    [InlineData("en", "ja_JP.UTF-8", "en")]
    [InlineData("", "ja_JP.UTF-8", "ja")]
    public void A_program_s_own_variable_comes_first(string own, string all, string language) =>
        LanguageChoice.ByEnvironment(name => name switch { "OWN" => own, "LC_ALL" => all, _ => "C" }, Languages, "OWN").Should().Be(language);

    [Theory]
    [InlineData("linux", "", "en")]
    [InlineData("linux", "ja", "ja")]
    [InlineData("xterm-256color", "", "ja")]
    [InlineData(null, "", "ja")]
    public void A_console_without_Japanese_glyphs_shows_Japanese_only_on_request(string? term, string own, string language) =>
        LanguageChoice.ByEnvironment(name => name switch { "TERM" => term, "OWN" => own, _ => "ja_JP.UTF-8" }, Languages, "OWN").Should().Be(language);
}
