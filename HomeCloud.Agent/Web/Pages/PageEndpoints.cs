using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Web.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HomeCloud.Agent.Web.Pages;

/// <summary>The pages: rendered once on the server, then kept alive by a small script through the API.</summary>
internal static class PageEndpoints
{
    public static void Map(WebApplication app)
    {
        var pages = app.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/assets/{file}", (string file, AssetStore assets, HttpContext context) => assets.Find(file, context)).AllowAnonymous();
        pages.MapGet("/favicon.ico", () => Results.Redirect("/assets/icon.svg")).AllowAnonymous();
        pages.MapGet("/healthz", () => Results.Text("ok\n")).AllowAnonymous();
        pages.MapGet("/", Page<ServersPage>).RequireAuthorization();
        pages.MapGet("/names", Page<NamesPage>).RequireAuthorization();
        pages.MapGet("/dns", Page<DnsPage>).RequireAuthorization();
        pages.MapGet("/health", Page<HealthPage>).RequireAuthorization();
        pages.MapGet("/settings", Page<SettingsPage>).RequireAuthorization();
        pages.MapGet("/password", Page<PasswordPage>).RequireAuthorization();
        pages.MapGet("/servers/{name}", (string name, HttpContext context, IAntiforgery forgery, ServersOptions options) =>
            Render<ServerPage>(context, forgery, options, name)).RequireAuthorization();
        pages.MapGet("/sign-in", Page<SignInPage>).AllowAnonymous();
        pages.MapGet("/setup", Page<SetupPage>).AllowAnonymous();
    }

    private static RazorComponentResult<T> Page<T>(HttpContext context, IAntiforgery forgery, ServersOptions options)
        where T : IComponent => Render<T>(context, forgery, options, "");

    private static RazorComponentResult<T> Render<T>(HttpContext context, IAntiforgery forgery, ServersOptions options, string subject)
        where T : IComponent => new(new Dictionary<string, object?>
        {
            ["Frame"] = new PageFrame(
                forgery.GetAndStoreTokens(context).RequestToken ?? "",
                options.Zone,
                context.User.Identity?.IsAuthenticated == true,
                context.RequestServices.GetRequiredService<PasswordBook>().IsSet,
                subject.Length <= ServerName.MaximumLength * 4 ? subject : ""),
        });
}
