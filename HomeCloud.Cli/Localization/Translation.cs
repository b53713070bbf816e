using HomeCloud.Net.Localization;

namespace HomeCloud.Cli.Localization;

/// <summary>The language of this run. With <c>--json</c> it is English, because programs read that.</summary>
internal static class Translation
{
    public static Catalogue Texts { get; private set; } = Catalogue.English;

    public static bool IsEnglish => Texts == Catalogue.English;

    /// <summary>English costs nothing: no file is read.</summary>
    public static void Choose(bool json)
    {
        var language = json ? "en" : LanguageOptions.Wanted;
        Texts = language == "en" ? Catalogue.English : Read(language);
    }

    public static string Text(Phrase phrase) => phrase.In(Texts);

    internal static Catalogue Read(string language) => Catalogue.Read(language, typeof(Translation).Assembly, $"texts/{language}.json");
}
