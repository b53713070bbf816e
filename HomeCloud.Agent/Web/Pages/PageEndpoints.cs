using System.Text.Encodings.Web;
using System.Text.Unicode;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Agent.Web.Texts;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using RazorSlices;

namespace HomeCloud.Agent.Web.Pages;

/// <summary>The pages: rendered once on the server, then kept alive by a small script through the API.</summary>
internal static class PageEndpoints
{
    // The default writes a reference of eight characters for each Japanese one.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static void Map(WebApplication app)
    {
        var pages = app.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/assets/{file}", (string file, AssetStore assets, HttpContext context) => assets.Find(file, context)).AllowAnonymous();
        pages.MapGet("/assets/away.html", Page(AwayPage.Create)).AllowAnonymous();
        pages.MapGet("/favicon.ico", () => Results.Redirect("/assets/icon.svg")).AllowAnonymous();
        pages.MapGet("/healthz", () => Results.Text("ok\n")).AllowAnonymous();
        pages.MapGet("/", Page(ServersPage.Create)).RequireAuthorization();
        pages.MapGet("/names", Page(NamesPage.Create)).RequireAuthorization();
        pages.MapGet("/dns", Page(DnsPage.Create)).RequireAuthorization();
        pages.MapGet("/health", Page(HealthPage.Create)).RequireAuthorization();
        pages.MapGet("/settings", Page(SettingsPage.Create)).RequireAuthorization();
        pages.MapGet("/password", Page(PasswordPage.Create)).RequireAuthorization();
        pages.MapGet("/servers/{name}", context => Server(context, ServerPage.Create)).RequireAuthorization();
        pages.MapGet("/servers/{name}/terminal", context => context.RequestServices.GetRequiredService<WebOptions>().Terminal ? Server(context, TerminalPage.Create) : NotFound(context)).RequireAuthorization();
        pages.MapGet("/sign-in", Page(SignInPage.Create)).AllowAnonymous();
        pages.MapGet("/setup", Page(SetupPage.Create)).AllowAnonymous();
        pages.MapGet("/{**path}", Elsewhere).AllowAnonymous();
    }

    /// <summary>A server that is not there has no page. Without an engine nobody knows: the page says so itself.</summary>
    private static async Task Server(HttpContext context, Func<PageFrame, RazorSlice> create)
    {
        var directory = context.RequestServices.GetRequiredService<ServerDirectory>();
        var name = context.Request.RouteValues["name"] as string ?? "";
        // Looked for once more: it may have been made a moment ago.
        if (!directory.Servers.ContainsKey(name))
            await directory.RefreshAsync(context.RequestAborted);

        await (directory.EngineProblem is not null || directory.Servers.ContainsKey(name) ? Page(create)(context) : NotFound(context));
    }

    /// <summary>Programs ask below /api and /assets, and get no page. A stranger is told nothing of what there is.</summary>
    private static Task Elsewhere(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/api") && !context.Request.Path.StartsWithSegments("/assets"))
            return context.User.Identity?.IsAuthenticated == true ? NotFound(context) : context.ChallengeAsync(Callers.Session);

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static Task NotFound(HttpContext context) => Page(NotFoundPage.Create, StatusCodes.Status404NotFound)(context);

    private static RequestDelegate Page(Func<PageFrame, RazorSlice> create, int status = StatusCodes.Status200OK) => context =>
    {
        var services = context.RequestServices;
        var texts = PageLanguage.Of(context.Request);
        PageLanguage.Tell(context, texts);
        var subject = context.Request.RouteValues["name"] as string ?? "";
        var page = create(new PageFrame(
            services.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken ?? "",
            services.GetRequiredService<ServersOptions>().Zone,
            context.User.Identity?.IsAuthenticated == true,
            services.GetRequiredService<PasswordBook>().IsSet,
            subject.Length <= ServerName.MaximumLength * 4 ? subject : "",
            services.GetRequiredService<WebOptions>().Terminal,
            texts,
            PageLanguage.Chosen(context.Request)));
        page.StatusCode = status;
        page.HtmlEncoder = Encoder;
        return ((IResult)page).ExecuteAsync(context);
    };
}
