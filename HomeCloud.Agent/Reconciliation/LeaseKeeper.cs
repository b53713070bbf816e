using HomeCloud.Registry;

namespace HomeCloud.Agent.Reconciliation;

/// <summary>Says again and again that the owner of our records lives.</summary>
internal sealed class LeaseKeeper(IRegistry registry, ReconcilerOptions options, TimeProvider time, AgentStatusSource status, ILogger logger)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken stopping)
    {
        var (failing, held) = (false, false);
        var retry = Retry;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await registry.RenewLeaseAsync(options.AgentId, options.Lease, stopping);
                failing = false;
                if (held)
                    Regained();
                held = false;
                retry = Retry;
            }
            catch (RegistryUnavailableException exception) when (exception.HeldByAnother)
            {
                (failing, held) = (true, true);
                retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
                if (status.SetRegistryProblem(exception.Message))
                    AgentLog.WriteFailed(logger, exception.Message);
            }
            catch (Exception exception) when (exception is RegistryUnavailableException or IOException or TimeoutException)
            {
                if (!failing)
                    AgentLog.LeaseFailed(logger, exception.Message);
                failing = true;
            }

            await Task.Delay(failing ? retry : options.Lease / 3, time, stopping);
        }
    }

    private void Regained()
    {
        if (status.Current.RegistryProblem is null)
            return;
        status.Update(current => current with { RegistryProblem = null });
        AgentLog.WriteWorks(logger);
    }
}
