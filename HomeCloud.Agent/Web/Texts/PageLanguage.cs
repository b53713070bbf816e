using System.Reflection;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Texts;

/// <summary>The languages of the page, and which of them a request is answered in: the one chosen on the settings page, else the browser's.</summary>
internal static class PageLanguage
{
    /// <summary>Written by the settings page.</summary>
    public const string Cookie = "homecloud-language";

    public static readonly string[] All = ["en", "ja"];

    // No longer than browsers keep any.
    private static readonly CookieOptions Kept = new() { MaxAge = TimeSpan.FromDays(400), SameSite = SameSiteMode.Lax, Path = "/" };

    private static readonly Lazy<Catalogue> Japanese = new(() => Read("ja", "ja"));
    private static readonly Lazy<Catalogue> JapaneseTold = new(() => Read("ja", "ja-told"));
    private static readonly Lazy<Catalogue> JapaneseTemplates = new(() => Read("ja", "ja-templates"));

    /// <returns>Null when the browser decides.</returns>
    public static string? Chosen(HttpRequest request) => All.FirstOrDefault(language => language == request.Cookies[Cookie]);

    /// <summary>Also for what the API says: a script's event stream can send the cookie, but no header.</summary>
    public static string Tag(HttpRequest request) => Chosen(request) ?? LanguageChoice.ByAcceptLanguage(request.Headers.AcceptLanguage, All);

    public static Catalogue Of(HttpRequest request) => Texts(Tag(request));

    public static Catalogue Texts(string language) => language == "ja" ? Japanese.Value : Catalogue.English;

    /// <summary>What the page translates of what the API says in English: history, why a server has no address, the registry's state.</summary>
    public static Catalogue Told(string language) => language == "ja" ? JapaneseTold.Value : Catalogue.English;

    /// <summary>Titles and descriptions of the templates that we carry.</summary>
    public static Catalogue Templates(string language) => language == "ja" ? JapaneseTemplates.Value : Catalogue.English;

    /// <summary>Tells caches and the service worker. Writes the cookie anew, because some browsers keep what a script wrote for a week only.</summary>
    public static void Tell(HttpContext context, Catalogue texts)
    {
        context.Response.Headers.ContentLanguage = texts.Language;
        context.Response.Headers.Append("Vary", "Accept-Language, Cookie");
        if (Chosen(context.Request) is { } chosen)
            context.Response.Cookies.Append(Cookie, chosen, Kept);
    }

    private static Catalogue Read(string language, string name) => Catalogue.Read(language, Assembly.GetExecutingAssembly(), $"texts/{name}.json");
}
