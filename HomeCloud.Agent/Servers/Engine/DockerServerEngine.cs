using System.Globalization;
using System.Runtime.CompilerServices;
using Docker.DotNet;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Addresses;
using HomeCloud.Agent.Servers.Progress;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary><see cref="IServerEngine"/> over the Docker Engine API. Exceptions end here: they become problems with a fix.</summary>
public sealed partial class DockerServerEngine(
    EngineClient docker, EngineModel model, NamingOptions naming, RegistryCredentials credentials, ILogger<DockerServerEngine> logger) : IServerEngine
{
    /// <summary>The engine's own, where a container says nothing.</summary>
    private static readonly TimeSpan UsualGrace = TimeSpan.FromSeconds(10);

    /// <summary>The engine answers a stop only when it is done; making a container may wait for a slow disk.</summary>
    private static readonly TimeSpan LifecycleWait = TimeSpan.FromSeconds(90);

    /// <summary>Between two signs of life of a pull or a build; <see cref="Images.ImageSupply"/> ends them sooner, in its own words.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(30);

    public Task<Outcome<IReadOnlyList<EngineContainer>>> ListAsync(CancellationToken cancellationToken) =>
        TryAsync(async () => Read(await model.LookAsync(cancellationToken)));

    public Outcome<IReadOnlyList<EngineContainer>> Known =>
        model.Current is { Problem: { } problem } ? EngineProblems.From(new EngineNotFollowedException(problem)) : Outcomes.Success(Read(model.Current));

    public async IAsyncEnumerable<string> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var snapshot in model.WatchAsync(cancellationToken))
        {
            yield return snapshot.Problem ?? $"{snapshot.Containers.Count} containers";
        }
    }

    public Task<Outcome<IReadOnlyList<LanNetwork>>> LanNetworksAsync(CancellationToken cancellationToken) =>
        TryAsync<IReadOnlyList<LanNetwork>>(async () =>
        {
            var now = await model.LookAsync(cancellationToken);
            return [.. now.NetworkList.Where(network => now.Networks.GetValueOrDefault(network.ID ?? string.Empty) is { OnLan: true }).Select(NetworkReader.Read).OfType<LanNetwork>()];
        });

    public Task<Outcome<ImageFacts>> FindImageAsync(string image, CancellationToken cancellationToken) =>
        TryAsync(async () => await docker.FindAsync($"GET /images/{image}/json", (d, token) => d.Images.InspectImageAsync(image, token), cancellationToken) is { } found
            ? new ImageFacts(true, ContainerReader.TcpPorts(found.Config?.ExposedPorts)) { Labels = [.. found.Config?.Labels?.Keys ?? []] }
            : ImageFacts.Missing);

    public Task<ServerProblem?> PullAsync(string image, Action<IReadOnlyList<LayerProgress>> progress, CancellationToken cancellationToken) =>
        DoAsync(async () =>
        {
            var layers = new Dictionary<string, LayerProgress>(StringComparer.Ordinal);
            var login = await LoginAsync(image, cancellationToken);
            var error = await FollowAsync(
                "POST /images/create",
                (d, lines, token) => d.Images.CreateImageAsync(new ImagesCreateParameters { FromImage = image }, login, lines, token),
                line =>
                {
                    if (line is { ID: { } id, Status: { } status } && !status.StartsWith("Pulling from", StringComparison.Ordinal) && !status.StartsWith("Digest", StringComparison.Ordinal))
                    {
                        layers[id] = new LayerProgress(id, status, line.Progress?.Current ?? 0, line.Progress?.Total ?? 0);
                        progress([.. layers.Values]);
                    }
                },
                cancellationToken);
            return error is null ? null : EngineProblems.PullFailed(image, error);
        }, refusal => EngineProblems.PullFailed(image, refusal));

    /// <remarks>With network access as the machine itself has it, because Docker's own bridge may be off.</remarks>
    public Task<ServerProblem?> BuildAsync(string tag, Stream tar, Action<string> progress, CancellationToken cancellationToken) =>
        DoAsync(async () =>
        {
            var parameters = new ImageBuildParameters { Tags = [tag], Remove = true, ForceRemove = true, NetworkMode = "host" };
            var error = await FollowAsync(
                "POST /build",
                (d, lines, token) => d.Images.BuildImageFromDockerfileAsync(parameters, tar, null, null, lines, token),
                line =>
                {
                    if (line.Stream?.Trim() is { Length: > 0 } text)
                    {
                        progress(text.Length > 100 ? text[..100] : text);
                    }
                },
                cancellationToken);
            return error is null
                ? null
                : new ServerProblem(ProblemCode.ImageBuildFailed, $"The image {tag} cannot be built: {error.Trim()}", "The machine needs the internet once, for the base image and Debian's packages.");
        });

    public Task<Outcome<IReadOnlyList<EngineVolume>>> VolumesAsync(CancellationToken cancellationToken) =>
        TryAsync<IReadOnlyList<EngineVolume>>(async () =>
        {
            var list = await docker.AskAsync("GET /volumes", (d, token) => d.Volumes.ListAsync(token), cancellationToken);
            return
            [
                .. (list.Volumes ?? []).Where(v => v?.Name is not null).Select(v => new EngineVolume(
                    v.Name, (v.Labels ?? new Dictionary<string, string>()).ToDictionary(l => l.Key, l => l.Value ?? string.Empty))),
            ];
        });

    public Task<ServerProblem?> CreateVolumeAsync(string volume, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) =>
        DoAsync(() => docker.AskAsync(
            "POST /volumes/create", (d, token) => d.Volumes.CreateAsync(new VolumesCreateParameters { Name = volume, Labels = labels.ToDictionary() }, token), cancellationToken));

    public Task<ServerProblem?> RemoveVolumeAsync(string volume, CancellationToken cancellationToken) =>
        DoAsync(() => docker.RemoveAsync("DELETE /volumes", (d, token) => d.Volumes.RemoveAsync(Uri.EscapeDataString(volume), null, token), cancellationToken));

    public Task<Outcome<string>> CreateAsync(ContainerPlan plan, CancellationToken cancellationToken) =>
        TryAsync(async () =>
        {
            try
            {
                return await CreateContainerAsync(plan, cancellationToken);
            }
            catch (EngineRefusedException refused) when (plan.Address6 is not null && EngineProblems.IsAboutTheSubnet(refused))
            {
                return await CreateContainerAsync(plan with { Address6 = null }, cancellationToken);
            }
        });

    public Task<ServerProblem?> StartAsync(string container, CancellationToken cancellationToken) =>
        TellAsync(container, "start", (d, id, token) => d.Containers.StartContainerAsync(id, null, token), cancellationToken);

    public Task<ServerProblem?> StopAsync(string container, CancellationToken cancellationToken) =>
        DoAsync(() => StopContainerAsync(container, cancellationToken));

    public Task<ServerProblem?> RestartAsync(string container, CancellationToken cancellationToken) =>
        DoAsync(async () => await docker.AskAsync(
            "POST /containers/restart",
            (d, token) => d.Containers.RestartContainerAsync(Uri.EscapeDataString(container), new ContainerRestartParameters(), token),
            cancellationToken,
            await PatienceAsync(container, cancellationToken)));

    public Task<ServerProblem?> RenameAsync(string container, string name, CancellationToken cancellationToken) =>
        TellAsync(container, "rename", (d, id, token) => d.Containers.RenameContainerAsync(id, new ContainerRenameParameters { NewName = name }, token), cancellationToken);

    public Task<ServerProblem?> RemoveAsync(string container, bool kill, CancellationToken cancellationToken) =>
        DoAsync(async () =>
        {
            try
            {
                if (!kill)
                {
                    await StopContainerAsync(container, cancellationToken);
                }

                await docker.RemoveAsync(
                    "DELETE /containers",
                    (d, token) => d.Containers.RemoveContainerAsync(Uri.EscapeDataString(container), new ContainerRemoveParameters { Force = kill, RemoveVolumes = true }, token),
                    cancellationToken,
                    LifecycleWait);
            }
            catch (EngineRefusedException refused) when (refused.Refusal == EngineRefusal.NotFound || EngineProblems.IsGoing(refused))
            {
                // Gone is what was asked for; one with --rm goes by itself when it stops.
            }
        });

    public async IAsyncEnumerable<EngineLogLine> LogsAsync(
        string container, int tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parameters = new ContainerLogsParameters
        {
            ShowStdout = true,
            ShowStderr = true,
            Timestamps = true,
            Tail = tail.ToString(CultureInfo.InvariantCulture),
            Follow = follow,
        };
        using var stream = await docker.FindAsync("GET /containers/logs", (d, token) => d.Containers.GetContainerLogsAsync(Uri.EscapeDataString(container), parameters, token), cancellationToken);
        if (stream is null)
        {
            yield break;
        }

        await foreach (var (isError, text) in LogLines.ReadAsync(stream, cancellationToken))
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
            ContainerStatsResponse? stats = null;
            await docker.AskAsync(
                "GET /containers/stats",
                (d, token) => d.Containers.GetContainerStatsAsync(
                    Uri.EscapeDataString(container), new ContainerStatsParameters { Stream = false, OneShot = true }, new Lines<ContainerStatsResponse>(report => stats = report), token),
                cancellationToken);
            return stats is { CPUStats.CPUUsage: { } cpu, MemoryStats: { } memory }
                ? new UsageReading(cpu.TotalUsage, (long)(memory.Usage ?? 0) - PageCache(memory), (long)Math.Min(memory.Limit ?? 0, long.MaxValue))
                : null;
        }
        catch (DockerException)
        {
            // Figures are a courtesy: without the engine there are none.
            return null;
        }
    }

    /// <summary>Memory that can be given up, as cgroup v2 and v1 call it.</summary>
    private static long PageCache(MemoryStats memory) =>
        (long)Math.Max(memory.Stats?.TryGetValue("inactive_file", out var file) == true ? file : 0, memory.Stats?.TryGetValue("total_inactive_file", out var total) == true ? total : 0);

    private async Task<string> CreateContainerAsync(ContainerPlan plan, CancellationToken cancellationToken) =>
        (await docker.AskAsync("POST /containers/create", (d, token) => d.Containers.CreateContainerAsync(Body(plan), token), cancellationToken, LifecycleWait)).ID;

    private static CreateContainerParameters Body(ContainerPlan plan) => new()
    {
        Name = plan.Name,
        Image = plan.Image,
        Hostname = plan.Name,
        Cmd = plan.Command.IsDefaultOrEmpty ? null! : [.. plan.Command],
        Env = [.. plan.Environment.Select(v => $"{v.Key}={v.Value}")],
        Labels = plan.Labels.ToDictionary(),
        HostConfig = new HostConfig
        {
            NetworkMode = plan.Network,
            Memory = plan.MemoryBytes,
            NanoCPUs = (long)(plan.Cpus * 1e9),
            Privileged = plan.Privileged,
            RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.UnlessStopped },
            Mounts = [.. plan.Mounts.Select(m => new Mount { Type = m.IsPath ? "bind" : "volume", Source = m.Source, Target = m.Target, ReadOnly = m.ReadOnly })],

            // Logs that rotate: a server that talks must not fill the disk.
            LogConfig = new LogConfig { Type = "json-file", Config = new Dictionary<string, string> { ["max-size"] = "10m", ["max-file"] = "3" } },
        },
        NetworkingConfig = new NetworkingConfig
        {
            EndpointsConfig = new Dictionary<string, EndpointSettings>
            {
                [plan.Network] = new()
                {
                    MacAddress = plan.Mac ?? string.Empty,
                    IPAMConfig = plan.Address is null ? null : new EndpointIPAMConfig { IPv4Address = plan.Address.ToString(), IPv6Address = plan.Address6?.ToString() ?? string.Empty },
                },
            },
        },
    };

    /// <summary>A login that cannot be read is named, and the pull tried without: most images are for everybody.</summary>
    private async Task<AuthConfig?> LoginAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            return await credentials.FindAsync(image, cancellationToken);
        }
        catch (RegistryLoginException problem)
        {
            LogLogin(problem.Message);
            return null;
        }
    }

    /// <summary>Follows what the engine tells of a pull or a build for as long as it tells anything.</summary>
    /// <returns>What went wrong, as the engine says.</returns>
    private async Task<string?> FollowAsync(
        string call, Func<IDockerClient, IProgress<JSONMessage>, CancellationToken, Task> ask, Action<JSONMessage> tell, CancellationToken cancellationToken)
    {
        string? error = null;
        await docker.AskAsync(
            call,
            LongestSilence,
            async (d, wait) =>
            {
                await ask(
                    d,
                    new Lines<JSONMessage>(line =>
                    {
                        wait.Renew();
                        error ??= line.Error?.Message;
                        tell(line);
                    }),
                    wait.Token);
                return true;
            },
            cancellationToken);
        return error;
    }

    private Task<ServerProblem?> TellAsync(string container, string what, Func<IDockerClient, string, CancellationToken, Task> tell, CancellationToken cancellationToken) =>
        DoAsync(() => docker.AskAsync($"POST /containers/{what}", (d, token) => tell(d, Uri.EscapeDataString(container), token), cancellationToken, LifecycleWait));

    private IReadOnlyList<EngineContainer> Read(EngineSnapshot now)
    {
        var reach = now.ReachOf(naming);
        return [.. now.Containers.Values.Select(seen => ContainerReader.Read(seen, reach(seen.Facts)))];
    }

    /// <summary>With the container's own signal, and its own time until it is killed.</summary>
    private async Task StopContainerAsync(string container, CancellationToken cancellationToken) => await docker.AskAsync(
        "POST /containers/stop",
        (d, token) => d.Containers.StopContainerAsync(Uri.EscapeDataString(container), new ContainerStopParameters(), token),
        cancellationToken,
        await PatienceAsync(container, cancellationToken));

    private async Task<TimeSpan> PatienceAsync(string container, CancellationToken cancellationToken)
    {
        var inspection = model.Current.Containers.GetValueOrDefault(container)?.Inspection ?? await docker.InspectContainerAsync(container, cancellationToken);
        var grace = inspection?.Config?.StopTimeout ?? UsualGrace;
        return grace < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : grace + LifecycleWait;
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}; the image is pulled without a login")]
    private partial void LogLogin(string problem);

    /// <summary>Hands on at once: <see cref="Progress{T}"/> would do so later, on another thread, and out of order.</summary>
    private sealed class Lines<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
