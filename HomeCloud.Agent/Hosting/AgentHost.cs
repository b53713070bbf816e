using HomeCloud.Agent.Servers.Storage;
using HomeCloud.Agent.Web.Hosting;
using HomeCloud.Dns.Hosting;

namespace HomeCloud.Agent.Hosting;

/// <summary>Runs one process of a home.</summary>
internal static class AgentHost
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(AgentOptions options, OptionSource source, HangUpSignal hangUp)
    {
        try
        {
            return await ServeAsync(options, source, hangUp);
        }
        catch (UnreadableFileException exception)
        {
            return AgentCommand.Fail([exception.Message]);
        }
        catch (Exception exception) when (StartProblem.Describe(exception) is { } lines)
        {
            return AgentCommand.Fail(lines);
        }
    }

    private static async Task<int> ServeAsync(AgentOptions options, OptionSource source, HangUpSignal hangUp)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = AgentCommand.Name, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Logging.AddServerConsole(options.Dns);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);

        // What keeps us from starting is said once, by us.
        var started = false;
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", level => started && level >= LogLevel.Warning);
        builder.Services.AddSingleton(source);
        builder.Services.AddSingleton(hangUp);
        builder.Services.AddHomeCloudAgent(options);
        WebComposition.Add(builder.Services, options);
        await using var host = builder.Build();
        host.MapHomeCloud();
        await host.StartAsync();
        started = true;
        StartPause.FromEnvironment().Forget();
        var services = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await host.WaitForShutdownAsync();

        // The host stops when one of them fails; that is no success.
        return services.Exists(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
    }
}
