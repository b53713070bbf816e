using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Planning;

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
        var blank = image.Value.Labels.Where(label => label.StartsWith("homecloud.", StringComparison.Ordinal) && !OwnLabels.Describes(label) && !plan.Labels.ContainsKey(label));
        making.Plan = plan with
        {
            Labels = plan.Labels.AddRange(blank.Select(label => KeyValuePair.Create(label, ""))),
            Ports = plan.Ports.IsDefaultOrEmpty ? image.Value.TcpPorts : plan.Ports,
        };
        return null;
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
                : await BuildAsync(plan, operation, cancellationToken);
            if (problem is not null)
                return problem;

            found = await engine.FindImageAsync(plan.Image, cancellationToken);
            Told(operation, found, plan.Build is null ? $"Pulled {plan.Image}" : $"Built {plan.Image}");
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

    private async Task<ServerProblem?> BuildAsync(ServerPlan plan, Operation operation, CancellationToken cancellationToken)
    {
        operation.Report(StepName.Image, StepState.Running, $"Building {plan.Image} (once)");
        await using var context = await BuildContext.OpenAsync(plan.Build!, cancellationToken);
        return await WhileAliveAsync(
            (alive, token) => engine.BuildAsync(
                plan.Image,
                context,
                line =>
                {
                    alive();
                    operation.Report(StepName.Image, StepState.Running, $"Building {plan.Image}: {line}");
                },
                token),
            BuildSilence,
            new ServerProblem(
                ProblemCode.ImageBuildFailed,
                $"Building {plan.Image} stalled: no output for {BuildSilence.TotalMinutes:0} minutes.",
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

    private static void Told(Operation operation, Outcome<ImageFacts> found, string text)
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
