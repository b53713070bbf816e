using HomeCloud.Net.Localization;
using Microsoft.Net.Http.Headers;

namespace HomeCloud.Agent.Web;

/// <summary>The language of an answer, by the request's Accept-Language: English, or one that the agent has texts in.</summary>
internal static class RequestLanguage
{
    private static readonly string[] Languages = ["en", "ja"];

    /// <summary>Read when the first reader asks for it.</summary>
    private static readonly Lazy<Catalogue> Japanese = new(() => Read("ja"));

    public static Catalogue Of(HttpContext context) =>
        LanguageChoice.ByAcceptLanguage(context.Request.Headers.AcceptLanguage, Languages) == "ja" ? Japanese.Value : Catalogue.English;

    /// <summary>The same, for an answer that has texts in it: said in its header, for caches too.</summary>
    public static Catalogue For(HttpContext context)
    {
        var catalogue = Of(context);
        context.Response.Headers.ContentLanguage = catalogue.Language;
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage);
        return catalogue;
    }

    private static Catalogue Read(string language)
    {
        using var texts = typeof(RequestLanguage).Assembly.GetManifestResourceStream($"answers/{language}.json")
            ?? throw new InvalidOperationException($"The texts for {language} are not inside the program.");
        return Catalogue.Read(language, texts);
    }
}
