using HomeCloud.Agent.Servers.Storage;
using HomeCloud.Agent.Web.Hosting;
using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Transport;
using HomeCloud.Registry;
using Microsoft.Extensions.Options;

namespace HomeCloud.Agent.Hosting;

/// <summary>Runs one process of a home.</summary>
internal static class AgentHost
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(AgentOptions options, OptionSource source)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = AgentCommand.Name, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Logging.AddServerConsole(options.Dns);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);

        // What keeps us from starting is said once, by us.
        var started = false;
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", level => started && level >= LogLevel.Warning);
        try
        {
            builder.Services.AddSingleton(source);
            builder.Services.AddHomeCloudAgent(options);
            WebComposition.Add(builder.Services, options);
            await using var host = builder.Build();
            host.MapHomeCloud();
            await host.StartAsync();
            started = true;
            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (OptionsValidationException exception)
        {
            return AgentCommand.Fail(exception.Failures);
        }
        catch (Exception exception) when (exception is ListenException or RegistryUnavailableException or UnreadableFileException)
        {
            return AgentCommand.Fail([exception.Message]);
        }
    }
}
