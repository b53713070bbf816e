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

    /// <param name="options">What was asked for.</param>
    /// <param name="source">Where they are read again at a reload.</param>
    /// <param name="hangUp">Asks for a reload.</param>
    /// <param name="more">What runs beside the services of the agent.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(AgentOptions options, OptionSource source, HangUpSignal hangUp, Action<IServiceCollection>? more = null)
    {
        try
        {
            return await ServeAsync(options, source, hangUp, more);
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

    private static async Task<int> ServeAsync(AgentOptions options, OptionSource source, HangUpSignal hangUp, Action<IServiceCollection>? more)
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
        more?.Invoke(builder.Services);
        await using var host = builder.Build();
        host.MapHomeCloud();
        if (data.Problem is { } problem)
            LogUnwritable(host.Logger, directory, problem);
        var services = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        try
        {
            await host.StartAsync();
        }
        catch (OperationCanceledException) when (host.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop while it started: a wish like any other, unless one of the services failed.
            return Failures(services) is { Count: > 0 } failures ? Failed(host.Logger, failures) : 0;
        }

        if (host.Lifetime.ApplicationStopping.IsCancellationRequested && Failures(services) is { Count: > 0 } early)
            return Failed(host.Logger, early);

        started = true;
        StartPause.FromEnvironment().Forget();

        // The host stops when one of its services fails, and then that was before the stop: no success. What fails while it stops is none.
        var hasFailed = false;
        await using var stopping = host.Lifetime.ApplicationStopping.Register(() => hasFailed = Failures(services).Count > 0);
        await host.WaitForShutdownAsync();
        return hasFailed ? 1 : 0;
    }

    private static List<Exception> Failures(List<BackgroundService> services) => [.. services.Select(service => service.ExecuteTask?.Exception?.InnerException).OfType<Exception>()];

    private static int Failed(ILogger logger, List<Exception> failures)
    {
        foreach (var failure in failures)
            LogFailed(logger, failure);
        return 1;
    }

    [LoggerMessage(LogLevel.Critical, "A background service failed while the agent started; shutting down.")]
    private static partial void LogFailed(ILogger logger, Exception failure);

    [LoggerMessage(LogLevel.Error, "Data directory {Path}: cannot be written: {Reason}. Names are still served, but changes made now are lost at the next start. Free disk space there, or set another directory with --data-dir.")]
    private static partial void LogUnwritable(ILogger logger, string path, string reason);
}
