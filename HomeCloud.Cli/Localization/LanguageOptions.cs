using HomeCloud.Net.Localization;

namespace HomeCloud.Cli.Localization;

/// <summary>Which language is wanted: HOMECLOUD_LANG, else that of the locale.</summary>
internal static class LanguageOptions
{
    private const string Variable = "HOMECLOUD_LANG";
    private static readonly string[] Languages = ["en", "ja"];

    public static string Wanted => LanguageChoice.ByEnvironment(Environment.GetEnvironmentVariable, Languages, Variable);
}
