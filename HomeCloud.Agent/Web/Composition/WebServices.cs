using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Composition;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Api;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Agent.Web.Health;
using HomeCloud.Agent.Web.Listening;
using HomeCloud.Agent.Web.Pages;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Agent.Web.Terminals;
using HomeCloud.Registry;
using HomeCloud.Registry.Journals;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace HomeCloud.Agent.Web.Composition;

/// <summary>What the agent's program calls to have servers, the API and the page.</summary>
public static class WebServices
{
    /// <summary>Needs <see cref="EngineClient"/>, <see cref="DockerOptions"/> and <see cref="IRegistry"/> among the services; both options validated already.</summary>
    public static IServiceCollection AddHomeCloudWeb(this IServiceCollection services, WebOptions web, ServersOptions servers)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(web);
        services.AddServers(servers);
        AddSafety(services, web, servers);
        services.AddSingleton<CertificateSource>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelSetup>();
        services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = LateAddress.CreateBound);
        services.AddHostedService<ControlSocketAccess>();
        services.AddHostedService<SetupAnnouncement>();
        services.TryAddSingleton<IJournalLine, LocalJournalLine>();
        services.AddSingleton<HomeDns>().AddSingleton<DeviceNames>().AddSingleton<AskedNames>();
        // It warns of each request without our cookie, and any stranger can send those.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical));
        services.AddSingleton<HealthDesk>();
        services.TryAddSingleton<INotifier>(s => new Notifier(web, new SocketsHttpHandler(), s.GetRequiredService<ILogger<Notifier>>()));
        services.AddSingleton(_ => new DnsServerBook(Path.Combine(servers.DataDirectory, "web", "dns-servers")));
        services.AddSingleton<DnsServerWatch>().AddSingleton<AlarmSources>().AddSingleton<AlarmWatch>();
        services.AddHostedService(s => s.GetRequiredService<AlarmWatch>());
        services.AddHostedService<HealthWatch>();
        services.AddSingleton<AssetStore>().AddSingleton<TerminalDesk>();
        services.AddRouting();
        Compression.Add(services);
        services.AddOpenApi("v1", document => document.AddDocumentTransformer<ApiDescription>());
        services.ConfigureHttpJsonOptions(json =>
        {
            // No reflection, not even where there is some: what is missing from ApiJson shows in every test.
            json.SerializerOptions.TypeInfoResolverChain.Clear();
            json.SerializerOptions.TypeInfoResolverChain.Add(ApiJson.Default);
            json.SerializerOptions.Converters.Add(new CamelCase<HistoryKind>());
            json.SerializerOptions.Converters.Add(new CamelCase<OperationState>());
            json.SerializerOptions.Converters.Add(new CamelCase<ProblemCode>());
            json.SerializerOptions.Converters.Add(new CamelCase<Severity>());
            json.SerializerOptions.Converters.Add(new CamelCase<StepName>());
            json.SerializerOptions.Converters.Add(new CamelCase<StepState>());
            // Angle brackets escaped: then not even a browser that guesses types finds markup in it.
            json.SerializerOptions.Encoder = JavaScriptEncoder.Default;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        return services;
    }

    /// <summary>Middleware and endpoints, in the order in which a request meets them.</summary>
    public static WebApplication MapHomeCloud(this WebApplication app)
    {
        UseProxies(app, app.Services.GetRequiredService<WebOptions>());
        app.UseMiddleware<LanOnlyMiddleware>();
        if (app.Services.GetService<IDnsResponder>() is not null)
            app.UseMiddleware<DnsOverHttps>();
        app.UseMiddleware<HostCheckMiddleware>();
        app.UseMiddleware<SecurityHeadersMiddleware>();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
        app.UseResponseCompression();
        app.UseRouting();
        app.UseAuthentication();
        var gate = app.Services.GetRequiredService<ConnectionGate>();
        app.Use(next => context => gate.RunAsync(context, next));
        app.UseAuthorization();
        app.UseMiddleware<CallerEndMiddleware>();
        app.UseMiddleware<SignInLimit>();
        app.UseMiddleware<ForgeryMiddleware>();
        app.UseMiddleware<CharsetMiddleware>();
        PageEndpoints.Map(app);
        var api = app.MapGroup("/api/v1").RequireAuthorization();
        ServerEndpoints.Map(api);
        OperationEndpoints.Map(api);
        NameEndpoints.Map(api);
        LiveEndpoints.Map(api);
        KeyEndpoints.Map(api);
        TokenEndpoints.Map(api);
        DnsEndpoints.Map(api);
        BlockingEndpoints.Map(api);
        RecordEndpoints.Map(api);
        DoctorEndpoints.Map(api);
        StatusEndpoints.Map(api);
        SessionEndpoints.Map(api);
        app.MapOpenApi("/api/{documentName}/openapi.json").RequireAuthorization();
        return app;
    }

    /// <summary>Only named proxies tell who asks and by which scheme; those headers are ignored from every other address.</summary>
    private static void UseProxies(WebApplication app, WebOptions web)
    {
        if (web.Proxies.Count == 0)
            return;

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in web.Proxies)
            options.KnownIPNetworks.Add(proxy);

        app.UseWhen(context => !Callers.IsSocket(context), branch => branch.UseForwardedHeaders(options));
    }

    private static void AddSafety(IServiceCollection services, WebOptions web, ServersOptions servers)
    {
        string In(string file) => Path.Combine(servers.DataDirectory, "web", file);
        services.AddSingleton(_ => new PasswordBook(In("password.json")));
        services.AddSingleton(s => new TokenBook(In("tokens.json"), web.TokenFile, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SetupLink>().AddSingleton<PasswordWork>().AddSingleton<FailedSignIns>().AddSingleton<PageNames>().AddSingleton<ConnectionGate>().AddSingleton<ControlSocketClaim>();
        services.AddSingleton(s => new SessionBook(In("sessions.json"), s.GetRequiredService<PasswordBook>(), s.GetRequiredService<TimeProvider>()));
        services.AddDataProtection().SetApplicationName("homecloud").PersistKeysToFileSystem(new DirectoryInfo(In("session-keys")));
        services.AddAuthentication(Callers.Choice)
            .AddPolicyScheme(Callers.Choice, null, choice => choice.ForwardDefaultSelector = Callers.Choose)
            .AddScheme<AuthenticationSchemeOptions, SocketAuthentication>(Callers.Socket, null)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(Callers.Token, null)
            .AddCookie(Callers.Session, cookie =>
            {
                cookie.Cookie.Name = "homecloud";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                // The book of sessions ends it; the cookie only lasts long enough.
                cookie.ExpireTimeSpan = SessionBook.Longest;
                cookie.SlidingExpiration = false;
                cookie.LoginPath = "/sign-in";
                cookie.Events = new SessionEvents();
            });
        services.AddAuthorization();
        services.AddAntiforgery(forgery =>
        {
            forgery.HeaderName = ForgeryMiddleware.HeaderName;
            forgery.Cookie.Name = "homecloud-form";
            forgery.Cookie.HttpOnly = true;
            forgery.Cookie.SameSite = SameSiteMode.Strict;
            forgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            forgery.SuppressXFrameOptionsHeader = true;
            // Our pages send the header; a form would be read to its end before anybody knows who sends it.
            forgery.SuppressReadingTokenFromFormBody = true;
        });
    }
}
