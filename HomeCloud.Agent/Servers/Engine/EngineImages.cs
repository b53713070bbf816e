using Docker.DotNet;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>The engine's images: found, pulled, built.</summary>
public sealed partial class EngineImages(EngineClient docker, RegistryCredentials credentials, ILogger<EngineImages> logger)
{
    /// <summary>Between two signs of life of a pull or a build; <see cref="Making.ImageStep"/> ends them sooner, in its own words.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(30);

    /// <summary>The engine asks a registry, far away.</summary>
    private static readonly TimeSpan RegistryWait = TimeSpan.FromSeconds(30);

    public Task<Outcome<ImageFacts>> FindAsync(string image, CancellationToken cancellationToken) =>
        EngineCalls.TryAsync(async () => await docker.FindAsync($"GET /images/{image}/json", (d, token) => d.Images.InspectImageAsync(image, token), cancellationToken) is { } found
            ? new ImageFacts(true, PortReader.Tcp(found.Config?.ExposedPorts))
            {
                Labels = [.. found.Config?.Labels?.Keys ?? []],
                Id = found.ID ?? "",
                Digests = [.. (found.RepoDigests ?? []).Select(digest => digest[(digest.IndexOf('@', StringComparison.Ordinal) + 1)..])],
            }
            : ImageFacts.Missing);

    public Task<ServerProblem?> PullAsync(string image, Action<IReadOnlyList<LayerProgress>> progress, CancellationToken cancellationToken) =>
        EngineCalls.DoAsync(async () =>
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
    public Task<ServerProblem?> BuildAsync(string tag, Stream tar, Action<string> progress, CancellationToken cancellationToken, bool anew = false) =>
        EngineCalls.DoAsync(async () =>
        {
            var parameters = new ImageBuildParameters { Tags = [tag], Remove = true, ForceRemove = true, NetworkMode = "host", NoCache = anew, Pull = anew ? "1" : null! };
            var error = await FollowAsync(
                "POST /build",
                (d, lines, token) => d.Images.BuildImageFromDockerfileAsync(parameters, tar, null, null, lines, token),
                line =>
                {
                    if (line.Stream?.Trim() is { Length: > 0 } text)
                        progress(text.Length > 100 ? text[..100] : text);
                },
                cancellationToken);
            return error is null
                ? null
                : new ServerProblem(ProblemCode.ImageBuildFailed, $"The image {tag} cannot be built: {error.Trim()}", "Check the internet connection: building needs it once, for the base image and Debian's packages.");
        });

    /// <remarks>The engine asks without a login here: a private image's digest is not told.</remarks>
    public Task<Outcome<string>> RegistryDigestAsync(string image, CancellationToken cancellationToken) => EngineCalls.TryAsync(async () =>
    {
        var found = await docker.AskAsync($"GET /distribution/{image}/json", (d, token) => d.Distribution.InspectAsync(image, token), cancellationToken, RegistryWait);
        return found.Descriptor?.Digest ?? "";
    });

    public async Task RemoveNamelessAsync(string id, CancellationToken cancellationToken)
    {
        var found = await EngineCalls.TryAsync(async () => await docker.FindAsync($"GET /images/{id}/json", (d, token) => d.Images.InspectImageAsync(id, token), cancellationToken) ?? new ImageInspectResponse());
        if (found is { IsSuccess: true, Value: { ID.Length: > 0 } image } && image.RepoTags is null or { Count: 0 })
            await EngineCalls.DoAsync(() => docker.AskAsync($"DELETE /images/{id}", (d, token) => d.Images.DeleteImageAsync(id, new ImageDeleteParameters(), token), cancellationToken));
    }

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

    [LoggerMessage(LogLevel.Warning, "Registry login: {Problem}; pulling the image without a login")]
    private partial void LogLogin(string problem);
}
