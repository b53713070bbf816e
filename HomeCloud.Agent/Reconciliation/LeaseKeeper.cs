using HomeCloud.Registry;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Says again and again that the owner of our records lives.</summary>
internal sealed class LeaseKeeper(IRegistry registry, ReconcilerOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stopping)
    {
        var failing = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await registry.RenewLeaseAsync(options.AgentId, options.Lease, stopping);
                failing = false;
            }
            catch (Exception exception) when (exception is RegistryUnavailableException or IOException or TimeoutException)
            {
                if (!failing)
                    AgentLog.LeaseFailed(logger, exception.Message);
                failing = true;
            }

            await Task.Delay(failing ? Retry : options.Lease / 3, time, stopping);
        }
    }
}
