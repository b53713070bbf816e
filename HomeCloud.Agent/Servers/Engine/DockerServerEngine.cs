using System.Runtime.CompilerServices;
using Docker.DotNet;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Engine;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary><see cref="IServerEngine"/> over the Docker Engine API. Exceptions end here: they become problems with a fix.</summary>
public sealed class DockerServerEngine(EngineClient docker, EngineModel model, NamingOptions naming, EngineImages images) : IServerEngine
{
    /// <summary>The engine's own, where a container says nothing.</summary>
    /// <summary>Podman ignores NanoCPUs here (findings/podman-update-nano-cpus.sh), and Docker refuses a quota for what was created with NanoCPUs.</summary>
    private static ContainerUpdateParameters Limits(long memoryBytes, double cpus, bool isPodman)
    {
        var limits = new ContainerUpdateParameters { Memory = memoryBytes, MemorySwap = 2 * memoryBytes };
        if (!isPodman)
            limits.NanoCPUs = (long)(cpus * 1e9);
        else if (cpus > 0)
            (limits.CPUPeriod, limits.CPUQuota) = (CpuPeriod, (long)(cpus * CpuPeriod));
        return limits;
    }

    private static readonly TimeSpan UsualGrace = TimeSpan.FromSeconds(10);

    /// <summary>The engine answers a stop only when it is done; making a container may wait for a slow disk.</summary>
    private static readonly TimeSpan LifecycleWait = TimeSpan.FromSeconds(90);

    /// <summary>Microseconds; what Docker and Podman use for NanoCPUs.</summary>
    private const long CpuPeriod = 100_000;

    public Task<Outcome<IReadOnlyList<ContainerFacts>>> ListAsync(CancellationToken cancellationToken) =>
        EngineCalls.TryAsync(async () => (await model.LookAsync(cancellationToken)).Placed(naming));

    public Task<Outcome<IReadOnlyList<ContainerFacts>>> AsideAsync(CancellationToken cancellationToken) =>
        EngineCalls.TryAsync<IReadOnlyList<ContainerFacts>>(async () => (await model.LookAsync(cancellationToken)).Aside);

    public Task<Outcome<ServerSource>> SourceAsync(string container, CancellationToken cancellationToken) =>
        EngineCalls.TryAsync(async () =>
        {
            var id = Uri.EscapeDataString(container);
            var found = await docker.AskAsync($"GET /containers/{id}/json", (d, token) => d.Containers.InspectContainerAsync(id, token), cancellationToken);
            var image = await docker.FindAsync($"GET /images/{found.Image}/json", (d, token) => d.Images.InspectImageAsync(found.Image, token), cancellationToken);
            return ContainerSource.Of(found, image ?? new ImageInspectResponse());
        });

    /// <remarks>Memory and swap together, as when a container is made: twice the memory. Docker refuses memory above the swap limit.</remarks>
    public Task<ServerProblem?> LimitAsync(string container, long memoryBytes, double cpus, CancellationToken cancellationToken) =>
        EngineCalls.DoAsync(() => docker.AskAsync(
            "POST /containers/update",
            (d, token) => d.Containers.UpdateContainerAsync(Uri.EscapeDataString(container), Limits(memoryBytes, cpus, model.Current.IsPodman), token),
            cancellationToken));

    public Task<Outcome<string>> RegistryDigestAsync(string image, CancellationToken cancellationToken) => images.RegistryDigestAsync(image, cancellationToken);

    public Task RemoveNamelessImageAsync(string id, CancellationToken cancellationToken) => images.RemoveNamelessAsync(id, cancellationToken);

    public Outcome<IReadOnlyList<ContainerFacts>> Known =>
        model.Current is { Problem: { } problem } ? EngineProblems.From(new EngineNotFollowedException(problem)) : Outcomes.Success(model.Current.Placed(naming));

    public async IAsyncEnumerable<string> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var snapshot in model.WatchAsync(cancellationToken))
            yield return snapshot.Problem ?? $"{snapshot.Containers.Count} containers";
    }

    public IReadOnlyList<NetworkFacts> KnownLanNetworks => model.Current is { Problem: null } known ? OnLan(known) : [];

    public Task<Outcome<IReadOnlyList<NetworkFacts>>> LanNetworksAsync(CancellationToken cancellationToken) =>
        EngineCalls.TryAsync(async () => OnLan(await model.LookAsync(cancellationToken)));

    public Task<Outcome<ImageFacts>> FindImageAsync(string image, CancellationToken cancellationToken) => images.FindAsync(image, cancellationToken);

    public Task<ServerProblem?> PullAsync(string image, Action<IReadOnlyList<LayerProgress>> progress, CancellationToken cancellationToken) =>
        images.PullAsync(image, progress, cancellationToken);

    public Task<ServerProblem?> BuildAsync(string tag, Stream tar, Action<string> progress, CancellationToken cancellationToken, bool anew = false) =>
        images.BuildAsync(tag, tar, progress, cancellationToken, anew);

    public Task<Outcome<IReadOnlyList<EngineVolume>>> VolumesAsync(CancellationToken cancellationToken) =>
        EngineCalls.TryAsync<IReadOnlyList<EngineVolume>>(async () =>
        {
            var list = await docker.AskAsync("GET /volumes", (d, token) => d.Volumes.ListAsync(token), cancellationToken);
            return
            [
                .. (list.Volumes ?? []).Where(v => v?.Name is not null).Select(v => new EngineVolume(
                    v.Name, (v.Labels ?? new Dictionary<string, string>()).ToDictionary(l => l.Key, l => l.Value ?? ""))),
            ];
        });

    public Task<ServerProblem?> CreateVolumeAsync(string volume, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) =>
        EngineCalls.DoAsync(() => docker.AskAsync(
            "POST /volumes/create", (d, token) => d.Volumes.CreateAsync(new VolumesCreateParameters { Name = volume, Labels = labels.ToDictionary() }, token), cancellationToken));

    public Task<ServerProblem?> RemoveVolumeAsync(string volume, CancellationToken cancellationToken) =>
        EngineCalls.DoAsync(() => docker.RemoveAsync("DELETE /volumes", (d, token) => d.Volumes.RemoveAsync(Uri.EscapeDataString(volume), null, token), cancellationToken));

    public Task<Outcome<string>> CreateAsync(ContainerPlan plan, CancellationToken cancellationToken) =>
        EngineCalls.TryAsync(async () =>
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
        EngineCalls.DoAsync(() => StopContainerAsync(container, cancellationToken));

    public Task<ServerProblem?> RestartAsync(string container, CancellationToken cancellationToken) =>
        EngineCalls.DoAsync(async () => await docker.AskAsync(
            "POST /containers/restart",
            (d, token) => d.Containers.RestartContainerAsync(Uri.EscapeDataString(container), new ContainerRestartParameters(), token),
            cancellationToken,
            await PatienceAsync(container, cancellationToken)));

    public Task<ServerProblem?> PauseAsync(string container, CancellationToken cancellationToken) =>
        TellAsync(container, "pause", (d, id, token) => d.Containers.PauseContainerAsync(id, token), cancellationToken);

    public Task<ServerProblem?> UnpauseAsync(string container, CancellationToken cancellationToken) =>
        TellAsync(container, "unpause", (d, id, token) => d.Containers.UnpauseContainerAsync(id, token), cancellationToken);

    public Task<ServerProblem?> KeepPlacesAsync(string container, IReadOnlyList<KeptPlace> places, CancellationToken cancellationToken) =>
        EngineCalls.DoAsync(() => EnginePlaces.KeepAsync(docker, container, places, cancellationToken));

    public Task<UseReading?> UseAsync(ContainerFacts container, bool thoroughly, CancellationToken cancellationToken) =>
        EngineUse.ReadAsync(docker, container, thoroughly, cancellationToken);

    public Task<ServerProblem?> RenameAsync(string container, string name, CancellationToken cancellationToken) =>
        TellAsync(container, "rename", (d, id, token) => d.Containers.RenameContainerAsync(id, new ContainerRenameParameters { NewName = name }, token), cancellationToken);

    public Task<ServerProblem?> RemoveAsync(string container, bool kill, CancellationToken cancellationToken) =>
        EngineCalls.DoAsync(async () =>
        {
            try
            {
                if (!kill)
                    await StopContainerAsync(container, cancellationToken);

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

    private Task<ServerProblem?> TellAsync(string container, string what, Func<IDockerClient, string, CancellationToken, Task> tell, CancellationToken cancellationToken) =>
        EngineCalls.DoAsync(() => docker.AskAsync($"POST /containers/{what}", (d, token) => tell(d, Uri.EscapeDataString(container), token), cancellationToken, LifecycleWait));

    public IAsyncEnumerable<EngineLogLine> LogsAsync(string container, int tail, bool follow, CancellationToken cancellationToken) =>
        EngineOutput.LogsAsync(docker, container, tail, follow, cancellationToken);

    public Task<UsageReading?> UsageAsync(string container, CancellationToken cancellationToken) => EngineOutput.UsageAsync(docker, container, cancellationToken);

    public async Task<Outcome<IEngineTerminal>> OpenTerminalAsync(string container, TerminalSize size, CancellationToken cancellationToken)
    {
        try
        {
            return await EngineTerminal.OpenAsync(docker, container, size, cancellationToken);
        }
        catch (DockerException exception)
        {
            return EngineProblems.From(exception);
        }
    }

    private async Task<string> CreateContainerAsync(ContainerPlan plan, CancellationToken cancellationToken) =>
        (await docker.AskAsync("POST /containers/create", (d, token) => d.Containers.CreateContainerAsync(ContainerBody.Of(plan), token), cancellationToken, LifecycleWait)).ID;

    /// <summary>With the container's own signal, and its own time until it is killed.</summary>
    private async Task StopContainerAsync(string container, CancellationToken cancellationToken) => await docker.AskAsync(
        "POST /containers/stop",
        (d, token) => d.Containers.StopContainerAsync(Uri.EscapeDataString(container), new ContainerStopParameters(), token),
        cancellationToken,
        await PatienceAsync(container, cancellationToken));

    /// <summary>One that the model does not show yet is looked for; of one that is gone the engine says so at once.</summary>
    private async Task<TimeSpan> PatienceAsync(string container, CancellationToken cancellationToken)
    {
        var known = model.Current.Containers.GetValueOrDefault(container) ?? (await model.LookAsync(cancellationToken)).Containers.GetValueOrDefault(container);
        var grace = known?.StopTimeout ?? UsualGrace;
        return grace < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : grace + LifecycleWait;
    }

    private static IReadOnlyList<NetworkFacts> OnLan(EngineSnapshot snapshot) => [.. snapshot.NetworkList.Where(network => network is { OnLan: true, TakesContainers: true })];
}
