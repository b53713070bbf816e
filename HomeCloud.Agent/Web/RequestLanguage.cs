using HomeCloud.Agent.Web.Texts;
using HomeCloud.Net.Localization;
using Microsoft.Net.Http.Headers;

namespace HomeCloud.Agent.Web;

/// <summary>The language of an answer: the one chosen on the page, else by the request's Accept-Language.</summary>
internal static class RequestLanguage
{
    /// <summary>Read when the first reader asks for it.</summary>
    private static readonly Lazy<Catalogue> Japanese = new(() => Read("ja"));

    public static Catalogue Of(HttpContext context) =>
        PageLanguage.Tag(context.Request) == "ja" ? Japanese.Value : Catalogue.English;

    /// <summary>The same, for an answer that has texts in it: said in its header, for caches too.</summary>
    public static Catalogue For(HttpContext context)
    {
        var catalogue = Of(context);
        context.Response.Headers.ContentLanguage = catalogue.Language;
        context.Response.Headers.Append(HeaderNames.Vary, $"{HeaderNames.AcceptLanguage}, {HeaderNames.Cookie}");
        return catalogue;
    }

    private static Catalogue Read(string language)
    {
        using var texts = typeof(RequestLanguage).Assembly.GetManifestResourceStream($"answers/{language}.json")
            ?? throw new InvalidOperationException($"The texts for {language} are not inside the program.");
        return Catalogue.Read(language, texts);
    }
}
