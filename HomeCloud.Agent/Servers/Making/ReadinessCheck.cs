using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>
/// Ready means: the DNS server gives the address for the name, and the first port the image declares answers. A server that
/// is merely slow is kept and told of with a warning, and so is one that nobody can look at; one that dies at once is a failure,
/// with its last words.
/// </summary>
public sealed class ReadinessCheck(IServerEngine engine, INameProbe names, IPortProbe ports, ServersOptions options, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan LifeCheckInterval = TimeSpan.FromMilliseconds(500);

    public async Task<ServerProblem?> WaitAsync(
        ServerPlan plan, string container, IPAddress address, Operation operation, CancellationToken cancellationToken)
    {
        var name = await WaitForNameAsync(plan, address, operation, cancellationToken);
        var port = await WaitForPortAsync(plan, container, address, operation, cancellationToken);
        if (port.Died is not null)
            return port.Died;

        var ready = name && port.Answered && port.Unseen is null;
        operation.Report(
            StepName.Ready,
            ready ? StepState.Done : StepState.Warning,
            ready ? (Phrase)$"{plan.Name}.{options.Zone} is ready"
                : port.Unseen is null ? (Phrase)$"{plan.Name}.{options.Zone} was created and is still starting"
                : $"{plan.Name}.{options.Zone} was created and started; whether it keeps running is not known: {port.Unseen}");
        return null;
    }

    private async Task<bool> WaitForNameAsync(ServerPlan plan, IPAddress address, Operation operation, CancellationToken cancellationToken)
    {
        if (!names.CanAsk)
        {
            operation.Report(StepName.Name, StepState.Done, $"{plan.Name}.{options.Zone} was not checked: no DNS server is set (--ready-dns)");
            return true;
        }

        var fullName = $"{plan.Name}.{options.Zone}";
        operation.Report(StepName.Name, StepState.Running, $"Asking DNS for {fullName}");
        var began = time.GetTimestamp();
        while (!await names.ResolvesAsync(fullName, address, cancellationToken))
        {
            if (time.GetElapsedTime(began) > options.NameTimeout)
            {
                operation.Report(StepName.Name, StepState.Warning, $"{fullName} does not resolve to {address} yet; homecloud doctor finds the reason");
                return false;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }

        operation.Report(StepName.Name, StepState.Done, $"{fullName} is {address}");
        return true;
    }

    /// <returns>Whether its port answers; why it died, where that was seen; why the last look failed, where it did.</returns>
    private async Task<(bool Answered, ServerProblem? Died, Phrase? Unseen)> WaitForPortAsync(
        ServerPlan plan, string container, IPAddress address, Operation operation, CancellationToken cancellationToken)
    {
        var declared = plan.Ports;
        var began = time.GetTimestamp();
        Phrase? unseen = null;
        var looked = TimeSpan.MinValue;
        if (declared.Length > 0)
            operation.Report(StepName.Port, StepState.Running, $"Waiting for port {declared[0]}");

        while (true)
        {
            var answer = declared.Length > 0 ? await ports.TryAsync(address, declared[0], cancellationToken) : PortAnswer.Silent;
            if (answer == PortAnswer.Open)
            {
                operation.Report(StepName.Port, StepState.Done, $"Port {declared[0]} answers");
                return (true, null, null);
            }

            var elapsed = time.GetElapsedTime(began);
            if (looked == TimeSpan.MinValue || elapsed - looked > LifeCheckInterval)
            {
                looked = elapsed;
                var listed = await engine.ListAsync(cancellationToken);
                unseen = listed.Problem?.Message;
                if (listed.IsSuccess && await DiedAsync(plan, container, listed.Value, cancellationToken) is { } died)
                    return (false, died, null);
            }

            if (declared.Length == 0 && (unseen is null || elapsed > options.NameTimeout))
                return (true, null, unseen);

            if (declared.Length > 0 && elapsed > plan.ReadyTimeout)
            {
                // Two different searches: in the image, or in the network.
                operation.Report(
                    StepName.Port,
                    StepState.Warning,
                    answer == PortAnswer.Refused
                        ? (Phrase)$"Port {declared[0]} is closed after {plan.ReadyTimeout.TotalSeconds:0} s: no program in the server listens there"
                        : $"Port {declared[0]} does not answer this machine after {plan.ReadyTimeout.TotalSeconds:0} s");
                return (false, null, unseen);
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private async Task<ServerProblem?> DiedAsync(ServerPlan plan, string container, IReadOnlyList<ContainerFacts> all, CancellationToken cancellationToken)
    {
        // "restarting" is what unless-stopped makes of a main process that exits at once.
        var mine = all.FirstOrDefault(c => c.Id == container);
        if (mine is { Life: ContainerLife.Running or ContainerLife.Created or ContainerLife.Paused })
            return null;

        var output = mine is null ? [] : await LastWordsAsync(container, cancellationToken);
        return new ServerProblem(
            ProblemCode.ExitedAtOnce,
            mine is null ? (Phrase)$"{plan.Name} was removed while it started." : $"{plan.Image} exited at once with exit code {mine.ExitCode}.",
            "Set a command that keeps running, or the variables it needs; its last lines are below.")
        {
            Output = output,
        };
    }

    /// <summary>As many as come in time: an engine that is busy shall not hide that the server is dead.</summary>
    private async Task<IReadOnlyList<string>> LastWordsAsync(string container, CancellationToken cancellationToken)
    {
        var output = new List<string>();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            await foreach (var line in engine.LogsAsync(container, 20, follow: false, deadline.Token))
                output.Add(line.Text);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            output.Add("… more output did not arrive in time");
        }

        return output;
    }
}
