using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Web.Security;
using Microsoft.AspNetCore.Antiforgery;
using RazorSlices;

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
        pages.MapGet("/", Page(ServersPage.Create)).RequireAuthorization();
        pages.MapGet("/names", Page(NamesPage.Create)).RequireAuthorization();
        pages.MapGet("/dns", Page(DnsPage.Create)).RequireAuthorization();
        pages.MapGet("/health", Page(HealthPage.Create)).RequireAuthorization();
        pages.MapGet("/settings", Page(SettingsPage.Create)).RequireAuthorization();
        pages.MapGet("/password", Page(PasswordPage.Create)).RequireAuthorization();
        pages.MapGet("/servers/{name}", Page(ServerPage.Create)).RequireAuthorization();
        pages.MapGet("/sign-in", Page(SignInPage.Create)).AllowAnonymous();
        pages.MapGet("/setup", Page(SetupPage.Create)).AllowAnonymous();
    }

    private static RequestDelegate Page(Func<PageFrame, RazorSlice> create) => context =>
    {
        var services = context.RequestServices;
        var subject = context.Request.RouteValues["name"] as string ?? "";
        IResult page = create(new PageFrame(
            services.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken ?? "",
            services.GetRequiredService<ServersOptions>().Zone,
            context.User.Identity?.IsAuthenticated == true,
            services.GetRequiredService<PasswordBook>().IsSet,
            subject.Length <= ServerName.MaximumLength * 4 ? subject : ""));
        return page.ExecuteAsync(context);
    };
}
