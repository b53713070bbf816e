using System.Collections;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Agent.Web.Texts;
using HomeCloud.Net.Localization;
using Microsoft.Net.Http.Headers;

namespace HomeCloud.Agent.Web;

/// <summary>The language of an answer: English, or one that the agent has texts in.</summary>
internal static class AnswerLanguage
{
    /// <summary>Read when the first reader asks for it.</summary>
    private static readonly Lazy<Catalogue> Japanese = new(() =>
    {
        var texts = Catalogue.Read("ja", typeof(AnswerLanguage).Assembly, "answers/ja.json");
        return texts.Telling(ToldTexts.For(texts).TellProblem);
    });

    /// <summary>
    /// That of the page which asks: its scripts send it as Accept-Language, beside the form token. A page that is still open in another
    /// language than the cookie has by now is answered in its own. Else the one chosen on the page, else by Accept-Language.
    /// </summary>
    public static Catalogue Of(HttpContext context) => Texts(context.Request.Headers.ContainsKey(ForgeryMiddleware.HeaderName)
        ? LanguageChoice.ByAcceptLanguage(context.Request.Headers.AcceptLanguage, PageLanguage.All)
        : PageLanguage.Tag(context.Request));

    /// <summary>Of a tool on a terminal: as the command line chooses it.</summary>
    public static Catalogue Of(IDictionary environment) => Texts(LanguageChoice.ByEnvironment(name => environment[name] as string, PageLanguage.All, "HOMECLOUD_LANG"));

    /// <summary>That of the request, for an answer that may have texts in it: said in its header, for caches too. To ask again changes nothing.</summary>
    public static Catalogue For(HttpContext context)
    {
        var catalogue = Of(context);
        context.Response.Headers.ContentLanguage = catalogue.Language;
        context.Response.Headers.Vary = $"{HeaderNames.AcceptLanguage}, {HeaderNames.Cookie}, {ForgeryMiddleware.HeaderName}";
        return catalogue;
    }

    /// <param name="language">Its tag.</param>
    public static Catalogue Texts(string language) => language == "ja" ? Japanese.Value : Catalogue.English;
}
