using System.Threading.Channels;
using HomeCloud.Agent.Docker;
using HomeCloud.Net;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Holds the event stream of an engine: subscribes, says so, passes events on as signals, and begins again, forever.</summary>
internal sealed class EngineFollower(
    IContainerEngine engine, ChannelWriter<Signal> signals, ReconcilerOptions options, TimeProvider time, AgentMetrics metrics, AgentStatusSource status, ILogger logger)
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);

    /// <summary>A stream that held this long was no accident, and the next attempt comes at once again.</summary>
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(5);

    private volatile CancellationTokenSource? _connection;

    /// <summary>Gives the stream up: the engine does not answer, although it has not closed it.</summary>
    public void Cut() => _connection?.Cancel();

    public async Task RunAsync(CancellationToken stopping)
    {
        var backoff = new Backoff(FirstBackoff, options.MaximumBackoff);
        while (!stopping.IsCancellationRequested)
        {
            var begun = time.GetTimestamp();
            using var connection = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            _connection = connection;
            var reason = "The engine closed its event stream";
            try
            {
                await FollowAsync(connection.Token);
            }
            catch (DockerException exception)
            {
                reason = exception.Message;
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                reason = "The engine does not answer";
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                AgentLog.Bug(logger, exception, "following the engine");
                reason = exception.Message;
            }
            finally
            {
                _connection = null;
            }

            signals.TryWrite(new Signal(SignalKind.EngineLost, Content: reason));
            if (time.GetElapsedTime(begun) > Stable)
                backoff.Reset();
            await Task.Delay(backoff.Next(), time, stopping);
        }
    }

    /// <summary>Names need the engine's host only where two machines claim one: a proxy that keeps it secret costs no more than that.</summary>
    private async Task<(string Name, bool IsRootless)> HostAsync(CancellationToken cancellationToken)
    {
        try
        {
            var info = await engine.InfoAsync(cancellationToken);
            return (info.Name ?? "", info.SecurityOptions?.Any(option => option?.Contains("name=rootless", StringComparison.Ordinal) == true) == true);
        }
        catch (EngineRefusedException refused)
        {
            AgentLog.NoHostName(logger, Environment.MachineName, refused.Message);
            return (Environment.MachineName, false);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var events = await engine.SubscribeAsync(cancellationToken);
        metrics.Connected();
        // Both take the engine about as long as the listing that waits for them.
        var (asked, host) = (engine.VersionAsync(cancellationToken), HostAsync(cancellationToken));
        await Task.WhenAll(asked, host);
        var (version, (name, isRootless)) = (await asked, await host);
        signals.TryWrite(new Signal(SignalKind.EngineBack, Content: new EngineIdentity(name, version.Version ?? "", version.IsPodman(), isRootless)));
        await foreach (var item in events.ReadAsync(cancellationToken))
        {
            if (EventInterpreter.Read(item) is not { } signal)
                continue;
            signals.TryWrite(signal);
            var now = time.GetUtcNow();
            metrics.EventSeen(now);
            status.Update(current => current with { LastEvent = now });
            AgentLog.Event(logger, item.Type!, item.Action!, signal.Id);
        }
    }
}

/// <param name="HostName">Name of the machine that the engine runs on.</param>
/// <param name="Version">Of the engine.</param>
/// <param name="IsPodman">Whether it is Podman behind Docker's API.</param>
/// <param name="IsRootless">Whether it runs without root.</param>
internal sealed record EngineIdentity(string HostName, string Version, bool IsPodman, bool IsRootless = false);
