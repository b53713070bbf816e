using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Docker.Models;
using HomeCloud.Agent.Docker.Requests;
using HomeCloud.Agent.Servers.Addresses;
using HomeCloud.Agent.Servers.Progress;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary><see cref="IServerEngine"/> over the Docker Engine API. Exceptions end here: they become problems with a fix.</summary>
public sealed class DockerServerEngine(DockerClient docker) : IServerEngine
{
    private readonly ConcurrentDictionary<string, (string Key, ContainerInspection Inspection)> _inspections = new();

    public Task<Outcome<IReadOnlyList<EngineContainer>>> ListAsync(CancellationToken cancellationToken) =>
        TryAsync<IReadOnlyList<EngineContainer>>(async () =>
        {
            var summaries = await docker.ListContainersAsync(cancellationToken);
            var containers = new List<EngineContainer>(summaries.Count);
            foreach (var summary in summaries)
            {
                if (summary.Id is { Length: > 0 } id && await InspectAsync(id, summary, cancellationToken) is { } inspection)
                {
                    containers.Add(ContainerReader.Read(id, summary, inspection));
                }
            }

            Forget(summaries);
            return containers;
        });

    public async IAsyncEnumerable<string> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var events = await docker.SubscribeAsync(cancellationToken);
        _inspections.Clear();
        yield return "subscribed";
        await foreach (var happened in events.ReadAsync(cancellationToken))
        {
            if (happened.Actor?.ID is { } id)
            {
                _inspections.TryRemove(id, out _);
            }

            yield return $"{happened.Type} {happened.Action}";
        }
    }

    public Task<Outcome<IReadOnlyList<LanNetwork>>> LanNetworksAsync(CancellationToken cancellationToken) =>
        TryAsync<IReadOnlyList<LanNetwork>>(async () => [.. (await docker.ListNetworksAsync(cancellationToken)).Select(NetworkReader.Read).OfType<LanNetwork>()]);

    public Task<Outcome<ImageFacts>> FindImageAsync(string image, CancellationToken cancellationToken) =>
        TryAsync(async () => await docker.InspectImageAsync(image, cancellationToken) is { } found
            ? new ImageFacts(true, ContainerReader.TcpPorts(found.Config))
            : ImageFacts.Missing);

    public Task<ServerProblem?> PullAsync(string image, Action<IReadOnlyList<LayerProgress>> progress, CancellationToken cancellationToken) =>
        DoAsync(async () =>
        {
            var layers = new Dictionary<string, LayerProgress>(StringComparer.Ordinal);
            await foreach (var line in docker.PullImageAsync(image, cancellationToken))
            {
                if (line.Error is { } error)
                {
                    return EngineProblems.PullFailed(image, error);
                }

                if (line is { Id: { } id, Status: { } status } && !status.StartsWith("Pulling from", StringComparison.Ordinal) && !status.StartsWith("Digest", StringComparison.Ordinal))
                {
                    layers[id] = new LayerProgress(id, status, line.Progress?.Current ?? 0, line.Progress?.Total ?? 0);
                    progress([.. layers.Values]);
                }
            }

            return null;
        }, refusal => EngineProblems.PullFailed(image, refusal));

    public Task<ServerProblem?> BuildAsync(string tag, Stream tar, Action<string> progress, CancellationToken cancellationToken) =>
        DoAsync(async () =>
        {
            await foreach (var line in docker.BuildImageAsync(tag, tar, cancellationToken))
            {
                if (line.Error is { } error)
                {
                    return new ServerProblem(ProblemCode.ImageBuildFailed, $"The image {tag} cannot be built: {error.Trim()}", "The machine needs the internet once, for the base image and Debian's packages.");
                }

                if (line.Stream?.Trim() is { Length: > 0 } text)
                {
                    progress(text.Length > 100 ? text[..100] : text);
                }
            }

            return null;
        });

    public Task<Outcome<IReadOnlySet<string>>> VolumesAsync(CancellationToken cancellationToken) =>
        TryAsync<IReadOnlySet<string>>(async () => (await docker.ListVolumesAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal));

    public Task<ServerProblem?> CreateVolumeAsync(string volume, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) =>
        DoAsync(() => docker.CreateVolumeAsync(volume, labels, cancellationToken));

    public Task<ServerProblem?> RemoveVolumeAsync(string volume, CancellationToken cancellationToken) =>
        DoAsync(() => docker.RemoveVolumeAsync(volume, cancellationToken));

    public Task<Outcome<string>> CreateAsync(ContainerPlan plan, CancellationToken cancellationToken) =>
        TryAsync(async () =>
        {
            try
            {
                return await docker.CreateContainerAsync(plan.Name, Body(plan), cancellationToken);
            }
            catch (EngineRefusedException refused) when (plan.Address6 is not null && EngineProblems.IsAboutTheSubnet(refused))
            {
                return await docker.CreateContainerAsync(plan.Name, Body(plan with { Address6 = null }), cancellationToken);
            }
        });

    public Task<ServerProblem?> StartAsync(string container, CancellationToken cancellationToken) =>
        DoAsync(() => docker.StartContainerAsync(container, cancellationToken));

    public Task<ServerProblem?> StopAsync(string container, CancellationToken cancellationToken) =>
        DoAsync(() => docker.StopContainerAsync(container, cancellationToken));

    public Task<ServerProblem?> RestartAsync(string container, CancellationToken cancellationToken) =>
        DoAsync(() => docker.RestartContainerAsync(container, cancellationToken));

    public Task<ServerProblem?> RenameAsync(string container, string name, CancellationToken cancellationToken) =>
        DoAsync(() => docker.RenameContainerAsync(container, name, cancellationToken));

    public Task<ServerProblem?> RemoveAsync(string container, CancellationToken cancellationToken) =>
        DoAsync(() => docker.RemoveContainerAsync(container, cancellationToken));

    public async IAsyncEnumerable<EngineLogLine> LogsAsync(
        string container, int tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (isError, text) in docker.ReadLogsAsync(container, tail, follow, cancellationToken))
        {
            // The engine puts its time, then a space, before the text.
            var space = text.IndexOf(' ');
            yield return space > 0 && DateTimeOffset.TryParse(text.AsSpan(0, space), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? new EngineLogLine(at, isError, text[(space + 1)..])
                : new EngineLogLine(null, isError, text);
        }
    }

    public async Task<UsageReading?> UsageAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            return await docker.ReadUsageAsync(container, cancellationToken) is { Cpu.Usage: { } cpu, Memory: { } memory }
                ? new UsageReading(cpu.Total, memory.Usage - Math.Max(memory.Detail?.InactiveFile ?? 0, memory.Detail?.TotalInactiveFile ?? 0), memory.Limit)
                : null;
        }
        catch (DockerException)
        {
            // Figures are a courtesy: without the engine there are none.
            return null;
        }
    }

    private static string? FirstName(ContainerSummary summary) => summary.Names is [var first, ..] ? first : null;

    private static CreateContainerBody Body(ContainerPlan plan) => new()
    {
        Image = plan.Image,
        Hostname = plan.Name,
        Cmd = plan.Command.IsDefaultOrEmpty ? null : plan.Command,
        Env = [.. plan.Environment.Select(v => $"{v.Key}={v.Value}")],
        Labels = plan.Labels,
        MacAddress = plan.Mac,
        HostConfig = new CreateHostConfig
        {
            NetworkMode = plan.Network,
            Memory = plan.MemoryBytes,
            NanoCpus = (long)(plan.Cpus * 1e9),
            Privileged = plan.Privileged,
            Mounts = [.. plan.Mounts.Select(m => new CreateMount(m.IsPath ? "bind" : "volume", m.Source, m.Target, m.ReadOnly))],
        },
        NetworkingConfig = new CreateNetworking(new Dictionary<string, CreateEndpoint>
        {
            [plan.Network] = new(plan.Address is null ? null : new CreateEndpointAddress(plan.Address.ToString(), plan.Address6?.ToString()), plan.Mac),
        }),
    };

    /// <summary>An inspection stays good while the list says the same; an event about the container ends it.</summary>
    private async Task<ContainerInspection?> InspectAsync(string id, ContainerSummary summary, CancellationToken cancellationToken)
    {
        var key = $"{summary.State}|{ContainerReader.HealthPart(summary.Status)}|{FirstName(summary)}";
        if (_inspections.TryGetValue(id, out var known) && known.Key == key)
        {
            return known.Inspection;
        }

        var inspection = await docker.InspectContainerAsync(id, cancellationToken);
        if (inspection is not null)
        {
            _inspections[id] = (key, inspection);
        }

        return inspection;
    }

    private void Forget(IReadOnlyList<ContainerSummary> present)
    {
        if (_inspections.Count > present.Count)
        {
            var ids = present.Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var id in _inspections.Keys.Where(id => !ids.Contains(id)))
            {
                _inspections.TryRemove(id, out _);
            }
        }
    }

    private static async Task<Outcome<T>> TryAsync<T>(Func<Task<T>> action)
        where T : notnull
    {
        try
        {
            return Outcomes.Success(await action());
        }
        catch (DockerException exception)
        {
            return EngineProblems.From(exception);
        }
    }

    private static Task<ServerProblem?> DoAsync(Func<Task> action) => DoAsync(async () =>
    {
        await action();
        return null;
    });

    private static async Task<ServerProblem?> DoAsync(Func<Task<ServerProblem?>> action, Func<string, ServerProblem>? refused = null)
    {
        try
        {
            return await action();
        }
        catch (EngineRefusedException exception) when (refused is not null)
        {
            return refused(exception.Message);
        }
        catch (DockerException exception)
        {
            return EngineProblems.From(exception);
        }
    }
}
