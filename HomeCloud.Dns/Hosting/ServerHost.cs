using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Hosting;

/// <summary>
/// Starts the hosted services in their order and stops them in the opposite one, as Microsoft's generic host does, without
/// the rest of it: configuration, environment, metrics and a console lifetime, which nothing here uses, were a third of
/// the start.
/// </summary>
internal sealed class ServerHost : IHostApplicationLifetime, IAsyncDisposable
{
    /// <summary>As long as the generic host waits for services to stop.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider _services;
    private readonly List<IHostedService> _running = [];
    private readonly CancellationTokenSource _started = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _stopped = new();

    public ServerHost(IServiceCollection services)
    {
        services.AddSingleton<IHostApplicationLifetime>(this);
        _services = services.BuildServiceProvider();
    }

    /// <summary>A part that DNS cannot do without has failed: the end that follows is no success.</summary>
    public bool HasFailed { get; private set; }

    public CancellationToken ApplicationStarted => _started.Token;

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => _stopped.Token;

    /// <summary>Whatever a service throws at its start; those before it then run until <see cref="StopAsync"/>.</summary>
    public async Task StartAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
        {
            _running.Add(service);
            await service.StartAsync(CancellationToken.None);
            if (service is BackgroundService { ExecuteTask: { } work })
                _ = WatchAsync(work);
        }

        await _started.CancelAsync();
    }

    /// <summary>Completes when the server is asked to stop.</summary>
    public async Task WaitForStopAsync()
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = _stopping.Token.Register(stop.SetResult);
        await stop.Task;
    }

    public void StopApplication() => _stopping.Cancel();

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        using var patience = new CancellationTokenSource(StopPatience);
        for (var i = _running.Count - 1; i >= 0; i--)
            await StopOneAsync(_running[i], patience.Token);
        _running.Clear();
        await _stopped.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _started.Dispose();
        _stopping.Dispose();
        _stopped.Dispose();
    }

    // One that cannot stop must not keep the others from writing what they have.
    private async Task StopOneAsync(IHostedService service, CancellationToken patience)
    {
        try
        {
            await service.StopAsync(patience);
        }
        catch (Exception problem)
        {
            HostingLog.StopFailed(_services.GetRequiredService<ILogger<ServerHost>>(), service.GetType().Name, problem);
            HasFailed = true;
        }
    }

    // A service that fails is a bug; a server without one of its services is worse than one that its supervisor starts again.
    private async Task WatchAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It was told to.
        }
        catch (Exception bug)
        {
            HostingLog.ServiceFailed(_services.GetRequiredService<ILogger<ServerHost>>(), bug);
            HasFailed = true;
            StopApplication();
        }
    }
}

internal static partial class HostingLog
{
    [LoggerMessage(LogLevel.Critical, "A background service failed; shutting down.")]
    public static partial void ServiceFailed(ILogger logger, Exception bug);

    [LoggerMessage(LogLevel.Error, "{Service}: could not stop; the other services continue to stop.")]
    public static partial void StopFailed(ILogger logger, string service, Exception problem);
}
