using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Servers.Sleeping;

namespace HomeCloud.Agent.Servers.Changing;

/// <summary>Changes a server that is there: settings, image, and back. What the engine can do to a container as it is, it does; else a new one takes its place.</summary>
internal sealed partial class ServerChanger(
    IServerEngine engine, ServerKeeper servers, SleepKeeper sleep, Waker waker, ChangePlanner planner, Exchange exchange, ImageStep images, TemplateCatalogue templates,
    ReservationBook reservations, AddressGiver addresses, SettingsBook settings, SleepBook sleepBook, HistoryLog history, OperationBook operations, IHostApplicationLifetime lifetime, ILogger<ServerChanger> logger)
{
    private readonly ConcurrentDictionary<string, byte> _busy = new(StringComparer.Ordinal);

    /// <summary>Whether this process changes it now: then nobody else ends the change.</summary>
    public bool IsChanging(string name) => _busy.ContainsKey(name);

    public async Task<Outcome<ServerSettings>> ShowAsync(string name, CancellationToken cancellationToken)
    {
        var found = await servers.FindAsync(name, cancellationToken);
        if (!found.IsSuccess)
            return found.Problem;
        var source = await engine.SourceAsync(found.Value.Id, cancellationToken);
        if (!source.IsSuccess)
            return source.Problem;
        var aside = await engine.AsideAsync(cancellationToken);
        var plan = source.Value.Plan;
        return new ServerSettings
        {
            Name = name,
            Image = plan.Image,
            MemoryBytes = plan.MemoryBytes,
            Cpus = plan.Cpus,
            Environment = plan.Environment,
            Aliases = ServerViews.Aliases(found.Value),
            ExpiresAt = ExpiryClock.ExpiresAt(found.Value),
            Sleep = SleepRule.Of(found.Value, sleepBook.Setting(name)).After is { } after ? SleepRule.Text(after) : null,
            Previous = Before(name, aside.Value ?? [])?.Created,
        };
    }

    /// <returns>The operation that makes a new container; null when it is done.</returns>
    public async Task<(Operation? Operation, ServerProblem? Problem)> SetAsync(string name, SetServer wanted, string by)
    {
        if (wanted is { Memory: null, Cpus: null, Environment: null, Aliases: null, ExpiresIn: null, NewMac: false })
            return (null, await sleep.SetAsync(name, wanted.Sleep, by, CancellationToken.None));

        var (found, source, refused) = await FindOursAsync(name);
        if (refused is not null)
            return (null, refused);
        var all = await engine.ListAsync(CancellationToken.None);
        if (!all.IsSuccess)
            return (null, all.Problem);
        var planned = planner.Plan(wanted, found!, source!, all.Value);
        if (!planned.IsSuccess)
            return (null, planned.Problem);
        var plan = planned.Value;
        if (plan.IsAnew && CannotRemake(source!) is { } several)
            return (null, several);
        if (!_busy.TryAdd(name, 0))
            return (null, Busy(name));

        var begun = false;
        try
        {
            if (wanted.Sleep is not null && await sleep.SetAsync(name, wanted.Sleep, by, CancellationToken.None) is { } awake)
                return (null, awake);
            if ((plan.LimitMemory > 0 || plan.LimitCpus > 0) && await engine.LimitAsync(found!.Id, plan.LimitMemory, plan.LimitCpus, CancellationToken.None) is { } unlimited)
                return (null, unlimited);
            if (!plan.IsAnew)
            {
                if (plan.Labels.Count > 0)
                    settings.Set(found!.Id, plan.Labels);
                history.Add(HistoryKind.Changed, name, by, plan.Words);
                return (null, null);
            }

            begun = true;
            return (Begin(name, by, (operation, token) => RemakeAsync(found!, source!, plan.Container, plan.Labels, plan.NewMac, operation, token), HistoryKind.Changed, plan.Words), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, new ServerProblem(ProblemCode.DiskFull, $"It could not be written down: {exception.Message}", "Free disk space in the data directory."));
        }
        finally
        {
            if (!begun)
                _busy.TryRemove(name, out _);
        }
    }

    /// <summary>Pulls its image, or builds it again, and makes the container anew if the image is another.</summary>
    public async Task<Outcome<Operation>> UpdateAsync(string name, string by)
    {
        var (found, source, refused) = await FindOursAsync(name);
        if ((refused ?? CannotRemake(source!)) is { } problem)
            return problem;
        var image = source!.Plan.Image;
        if (!ImageName.IsValid(image) || image.Contains('@', StringComparison.Ordinal))
            return new ServerProblem(ProblemCode.InvalidImage, $"{name} was created from {PlainText.From(image, 80)}, which names one image for ever.", "Create a server from an image with a tag.");

        return _busy.TryAdd(name, 0)
            ? Begin(name, by, async (operation, token) =>
            {
                var template = TemplateOf(found!);
                var renewed = await images.RenewAsync(image, template?.Image == image ? template.Build : null, operation, token);
                if (!renewed.IsSuccess)
                    return renewed.Problem;
                if (renewed.Value.Id != source.ImageId)
                    return await RemakeAsync(found!, source, source.Plan, ImmutableDictionary<string, string>.Empty, null, operation, token);
                operation.Report(StepName.Ready, StepState.Done, $"{name} has the newest {image} already");
                return null;
            }, HistoryKind.Updated, image)
            : Busy(name);
    }

    /// <summary>Goes back to the container before the last change; called again, it comes forward again.</summary>
    public async Task<Outcome<Operation>> UndoAsync(string name, string by)
    {
        var (found, _, refused) = await FindOursAsync(name);
        if (refused is not null)
            return refused;
        var aside = await engine.AsideAsync(CancellationToken.None);
        if (!aside.IsSuccess)
            return aside.Problem;
        if (Before(name, aside.Value) is not { } before)
            return new ServerProblem(ProblemCode.NotFound, $"{name} has no container of before to go back to.");

        return _busy.TryAdd(name, 0)
            ? Begin(name, by, async (operation, token) =>
            {
                var (now, awake) = await AwakeAsync(found!, by);
                return awake ?? await exchange.RunAsync(now, null, before, Watch(now, before.Labels, [.. before.Ports]), operation, token);
            }, HistoryKind.TakenBack, $"to the container of {before.Created:u}")
            : Busy(name);
    }

    private async Task<ServerProblem?> RemakeAsync(
        ContainerFacts found, ServerSource source, ContainerPlan wanted, ImmutableDictionary<string, string> labels, string? newMac, Operation operation, CancellationToken cancellationToken)
    {
        var (now, awake) = await AwakeAsync(found, operation.By, mayStart: newMac is null);
        if (awake is not null)
            return awake;
        var image = await engine.FindImageAsync(wanted.Image, cancellationToken);
        if (!image.IsSuccess)
            return image.Problem;

        // Changed variables keep the image of before.
        var byId = !image.Value.IsPresent || (operation.Kind == HistoryKind.Changed && image.Value.Id != source.ImageId);
        var networks = await engine.LanNetworksAsync(cancellationToken);
        var network = networks.Value?.FirstOrDefault(n => n.Name == wanted.Network || n.Id == wanted.Network);
        var reservation = reservations.Find(found.Name);
        var (mac, address) = (reservation?.Mac ?? wanted.Mac, reservation?.Address ?? wanted.Address);
        if (newMac is not null)
        {
            var given = await GiveAsync(found.Name, network, wanted.Network, address, cancellationToken);
            if (!given.IsSuccess)
                return given.Problem;
            (mac, address) = (newMac, given.Value);
        }

        var all = settings.ById.GetValueOrDefault(found.Id, ImmutableDictionary<string, string>.Empty).SetItems(labels);
        var kept = wanted.Labels.SetItems(all).SetItem(Labels.Server, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        var fresh = wanted with
        {
            Image = byId ? source.ImageId : wanted.Image,
            Address = address,
            Address6 = mac is null ? null : MacAddress.AddressIn(network?.Subnet6, mac),
            Mac = network?.HasMac == false ? null : mac,
            Labels = kept.AddRange(ImageStep.Blank(image.Value, kept)),
        };
        try
        {
            var problem = await exchange.RunAsync(now, fresh, null, Watch(now, fresh.Labels.ToImmutableDictionary(), image.Value.TcpPorts), operation, cancellationToken);
            if (newMac is not null && problem is null)
                reservations.SetPlace(found.Name, newMac, address);
            else if (newMac is not null && reservation is not null)
                reservations.SetPlace(found.Name, reservation.Mac, reservation.Address);
            return problem;
        }
        finally
        {
            if (newMac is not null)
                addresses.Release(address!);
        }
    }

    /// <summary>Another address for another MAC: who has the one has the other too, and devices know the two together.</summary>
    private async Task<Outcome<IPAddress>> GiveAsync(string name, NetworkFacts? network, string networkName, IPAddress? now, CancellationToken cancellationToken) => network is { HasMac: true }
        ? await addresses.GiveAsync(name, network, wanted: null, refused: now is null ? ImmutableHashSet<IPAddress>.Empty : [now], cancellationToken)
        : new ServerProblem(ProblemCode.InvalidRequest, $"The network {networkName} gives its servers no MAC addresses of their own.");

    private Operation Begin(string name, string by, Func<Operation, CancellationToken, Task<ServerProblem?>> run, HistoryKind kind, string words)
    {
        var operation = operations.Begin(name, by, kind);
        _ = Task.Run(() => RunAsync(operation, run, words), CancellationToken.None);
        return operation;
    }

    private async Task RunAsync(Operation operation, Func<Operation, CancellationToken, Task<ServerProblem?>> run, string words)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, operation.Cancelled);
        ServerProblem? problem;
        try
        {
            problem = await run(operation, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            problem = new ServerProblem(ProblemCode.Cancelled, $"Changing {operation.Server} was cancelled; it is as before.");
        }
        catch (Exception exception)
        {
            LogFailure(operation.Server, exception);
            problem = new ServerProblem(ProblemCode.EngineRefused, $"{operation.Server} was not changed: {exception.Message}", "See the agent's log for details.");
        }

        if (problem is null)
            history.Add(operation.Kind, operation.Server, operation.By, words);
        else
            history.Add(HistoryKind.ChangeFailed, operation.Server, operation.By, $"{problem.Message}");
        _busy.TryRemove(operation.Server, out _);
        operation.Finish(problem);
    }

    private async Task<(ContainerFacts? Found, ServerSource? Source, ServerProblem? Problem)> FindOursAsync(string name)
    {
        var found = await servers.FindAsync(name, CancellationToken.None);
        if (!found.IsSuccess)
            return (null, null, found.Problem);
        if (ServerKeeper.Protected(found.Value) is { } own)
            return (null, null, own);
        if (!found.Value.Labels.ContainsKey(Labels.Server))
            return (null, null, new ServerProblem(ProblemCode.OwnContainer, $"{name} was not created by HomeCloud.", "Change it where it comes from: compose.yaml, or docker update."));
        if (servers.Busy(name) is { } busy)
            return (null, null, busy);
        var source = await engine.SourceAsync(found.Value.Id, CancellationToken.None);
        return source.IsSuccess ? (found.Value, source.Value, null) : (null, null, source.Problem);
    }

    /// <summary>One that sleeps is woken, or at least stopped: its addresses are the engine's again.</summary>
    /// <param name="found">The server.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="mayStart">False where its MAC may be in use, so that it cannot start.</param>
    private async Task<(ContainerFacts Now, ServerProblem? Problem)> AwakeAsync(ContainerFacts found, string by, bool mayStart = true)
    {
        if (found.Asleep is not null && await (mayStart ? waker.StartAsync(found.Name, by, CancellationToken.None) : sleep.StopAsync(found.Name, by, CancellationToken.None)) is { } problem)
            return (found, problem);
        var now = await servers.FindAsync(found.Name, CancellationToken.None);
        return now.IsSuccess && now.Value.Id == found.Id ? (now.Value, null) : (found, now.Problem ?? Busy(found.Name));
    }

    private ServerPlan Watch(ContainerFacts server, IReadOnlyDictionary<string, string> labels, ImmutableArray<ushort> ports) => new()
    {
        Name = server.Name,
        Image = server.Image,
        Making = "",
        Command = [],
        Environment = ImmutableSortedDictionary<string, string>.Empty,
        Mounts = [],
        Labels = ImmutableSortedDictionary<string, string>.Empty,
        Ports = [.. ServerViews.Ports(server with { Labels = labels.ToImmutableDictionary(), Ports = ports })],
        Secrets = ImmutableSortedDictionary<string, string>.Empty,
        ReadyTimeout = TimeSpan.FromSeconds(Math.Clamp(TemplateOf(server)?.ReadySeconds ?? 30, 1, 600)),
    };

    private ServerTemplate? TemplateOf(ContainerFacts server) => server.Labels.TryGetValue(Labels.Template, out var id) ? templates.Find(id) : null;

    private static ContainerFacts? Before(string name, IReadOnlyList<ContainerFacts> aside) => KeptBefore.Of(name, aside).MaxBy(container => container.Created);

    private static ServerProblem? CannotRemake(ServerSource source) => source.Networks.Length > 1
        ? new ServerProblem(ProblemCode.SeveralNetworks, $"It is connected to several networks: {string.Join(", ", source.Networks)}.", "Disconnect it from all but the one on the LAN: docker network disconnect NETWORK NAME")
        : null;

    private static ServerProblem Busy(string name) => new(ProblemCode.Busy, $"{name} is already being changed.", "Wait until that ends.");

    [LoggerMessage(LogLevel.Error, "Server {Server}: changing it failed")]
    private partial void LogFailure(string server, Exception exception);
}
