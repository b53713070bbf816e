using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Composition;
using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Hosting.Control;
using HomeCloud.Dns.Hosting.Options;
using HomeCloud.Dns.Hosting.Systemd;

namespace HomeCloud.Agent.Hosting;

/// <summary>Runs one process of a home.</summary>
internal static partial class AgentHost
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
        var directory = options.Dns.Registry.DataDirectory;
        using var data = DataDirectory.Claim(directory);
        if (data is null)
            return AgentCommand.Fail([$"another agent uses the data directory {directory}: stop it, or set another --data-dir, --listen, --web and --control-socket for this one"]);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = AgentCommand.Name, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Logging.AddServerConsole(options.Dns);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);

        // What keeps us from starting is said once, by us.
        var started = false;
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", level => started && level >= LogLevel.Warning);

        // Its keys are in the data directory; what is wrong with that is said below, in one line.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Critical);
        builder.Services.AddSingleton(source);
        builder.Services.AddSingleton(hangUp);
        builder.Services.AddHomeCloudAgent(options);
        WebComposition.Add(builder.Services, options);
        await using var host = builder.Build();
        host.MapHomeCloud();
        if (data.Problem is { } problem)
            LogUnwritable(host.Logger, directory, problem);
        try
        {
            await host.StartAsync();
        }
        catch (OperationCanceledException) when (host.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop while it started: a wish like any other.
            return 0;
        }

        started = true;
        StartPause.FromEnvironment().Forget();
        StartGarbage.Free();

        // The host stops when one of its services fails, and then that was before the stop: no success. What fails while it stops is none.
        var services = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        var hasFailed = false;
        await using var stopping = host.Lifetime.ApplicationStopping.Register(() => hasFailed = services.Exists(service => service.ExecuteTask is { IsFaulted: true }));
        await host.WaitForShutdownAsync();
        return hasFailed ? 1 : 0;
    }

    [LoggerMessage(LogLevel.Error, "Data directory {Path}: cannot be written: {Reason}. Names are still served, but changes made now are lost at the next start. Free disk space there, or set another directory with --data-dir.")]
    private static partial void LogUnwritable(ILogger logger, string path, string reason);
}
