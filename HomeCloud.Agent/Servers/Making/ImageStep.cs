using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Making;

/// <summary>Sees to it that an image is there: as it is, built from a Dockerfile we carry, or pulled. One fetch at a time for each image.</summary>
internal sealed class ImageStep(IServerEngine engine, TimeProvider time) : IMakingStep
{
    /// <summary>How long a pull may go on without a sign of life: then its registry is gone, and no engine notices by itself.</summary>
    private static readonly TimeSpan PullSilence = TimeSpan.FromMinutes(5);

    /// <summary>The same of a build, which downloads and compiles without a word for longer.</summary>
    private static readonly TimeSpan BuildSilence = TimeSpan.FromMinutes(20);

    private readonly Dictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    public async Task<ServerProblem?> RunAsync(ServerInMaking making, CancellationToken cancellationToken)
    {
        var plan = making.Plan;
        var image = await EnsureAsync(plan, making.Operation, cancellationToken);
        if (!image.IsSuccess)
            return image.Problem;

        // What the image would hand on of another server's life and names is given an empty value of our own.
        making.Plan = plan with
        {
            Labels = plan.Labels.AddRange(Blank(image.Value, plan.Labels)),
            Ports = plan.Ports.IsDefaultOrEmpty ? image.Value.TcpPorts : plan.Ports,
        };
        return null;
    }

    /// <summary>Labels of an image that are taken from its containers, each with an empty value.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Blank(ImageFacts image, IReadOnlyDictionary<string, string> own) => image.Labels
        .Where(label => label.StartsWith("homecloud.", StringComparison.Ordinal) && !OwnLabels.Describes(label) && !own.ContainsKey(label))
        .Select(label => KeyValuePair.Create(label, ""));

    /// <summary>Fetches the newest image of a name, whether or not one is there.</summary>
    /// <param name="image">Its name.</param>
    /// <param name="build">Folder of the Dockerfile to build it from; null to pull.</param>
    /// <param name="operation">Tells those who watch.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Outcome<ImageFacts>> RenewAsync(string image, string? build, Operation operation, CancellationToken cancellationToken)
    {
        var gate = Gate(image);
        await gate.WaitAsync(cancellationToken);
        try
        {
            var problem = build is null
                ? await PullAsync(image, operation, cancellationToken)
                : await BuildAsync(image, build, anew: true, operation, cancellationToken);
            if (problem is not null)
                return problem;

            var found = await engine.FindImageAsync(image, cancellationToken);
            Told(operation, found, build is null ? (Phrase)$"Pulled {image}" : $"Built {image}");
            return found;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<Outcome<ImageFacts>> EnsureAsync(ServerPlan plan, Operation operation, CancellationToken cancellationToken)
    {
        operation.Report(StepName.Image, StepState.Running, $"Checking for the image {plan.Image}");
        var gate = Gate(plan.Image);
        await gate.WaitAsync(cancellationToken);
        try
        {
            var found = await engine.FindImageAsync(plan.Image, cancellationToken);
            if (!found.IsSuccess || found.Value.IsPresent)
            {
                Told(operation, found, $"The image {plan.Image} is present");
                return found;
            }

            var problem = plan.Build is null
                ? await PullAsync(plan.Image, operation, cancellationToken)
                : await BuildAsync(plan.Image, plan.Build, anew: false, operation, cancellationToken);
            if (problem is not null)
                return problem;

            found = await engine.FindImageAsync(plan.Image, cancellationToken);
            Told(operation, found, plan.Build is null ? (Phrase)$"Pulled {plan.Image}" : $"Built {plan.Image}");
            return found;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<ServerProblem?> PullAsync(string image, Operation operation, CancellationToken cancellationToken)
    {
        operation.Report(StepName.Image, StepState.Running, $"Pulling {image}", 0);
        return await WhileAliveAsync(
            (alive, token) => engine.PullAsync(
                image,
                layers =>
                {
                    alive();
                    operation.Report(StepName.Image, StepState.Running, $"Pulling {image}", Percent(layers), layers);
                },
                token),
            PullSilence,
            new ServerProblem(
                ProblemCode.ImagePullFailed,
                $"Pulling {image} stalled: no data for {PullSilence.TotalMinutes:0} minutes.",
                "Check that this machine still reaches the registry, then create the server again; layers that are present are not pulled again."),
            cancellationToken);
    }

    private async Task<ServerProblem?> BuildAsync(string image, string folder, bool anew, Operation operation, CancellationToken cancellationToken)
    {
        operation.Report(StepName.Image, StepState.Running, anew ? (Phrase)$"Building {image} again" : $"Building {image} (once)");
        await using var context = await BuildContext.OpenAsync(folder, cancellationToken);
        return await WhileAliveAsync(
            (alive, token) => engine.BuildAsync(
                image,
                context,
                line =>
                {
                    alive();
                    operation.Report(StepName.Image, StepState.Running, $"Building {image}: {line}");
                },
                token,
                anew),
            BuildSilence,
            new ServerProblem(
                ProblemCode.ImageBuildFailed,
                $"Building {image} stalled: no output for {BuildSilence.TotalMinutes:0} minutes.",
                "Check that this machine reaches the internet, then create the server again."),
            cancellationToken);
    }

    private async Task<ServerProblem?> WhileAliveAsync(
        Func<Action, CancellationToken, Task<ServerProblem?>> fetch, TimeSpan silence, ServerProblem stalled, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await fetch(() => deadline.CancelAfter(silence), either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return stalled;
        }
    }

    /// <summary>Each layer counts the same: half for downloading, half for extracting.</summary>
    internal static int Percent(IReadOnlyList<LayerProgress> layers)
    {
        if (layers.Count == 0)
            return 0;

        var sum = layers.Sum(l => l.IsDone ? 1.0 : Phase(l));
        return (int)(100 * sum / layers.Count);

        static double Phase(LayerProgress layer)
        {
            var part = layer.Total > 0 ? Math.Clamp((double)layer.Current / layer.Total, 0, 1) / 2 : 0;
            return layer.Status switch
            {
                "Downloading" => part,
                "Download complete" or "Verifying Checksum" => 0.5,
                "Extracting" => 0.5 + part,
                _ => 0,
            };
        }
    }

    private static void Told(Operation operation, Outcome<ImageFacts> found, Phrase text)
    {
        if (found.IsSuccess)
            operation.Report(StepName.Image, StepState.Done, text, 100);
    }

    private SemaphoreSlim Gate(string image)
    {
        lock (_gates)
            return _gates.TryGetValue(image, out var gate) ? gate : _gates[image] = new SemaphoreSlim(1, 1);
    }
}
