using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;

namespace HomeCloud.Tests.Agent.Servers.Engine;

/// <summary>Its images and volumes.</summary>
internal sealed partial class FakeEngine
{
    public Task<Outcome<ImageFacts>> FindImageAsync(string image, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<ImageFacts>>(
            Images.Contains(image) ? new ImageFacts(true, ImagePorts) { Labels = ImageLabels, Id = IdOf(image), Digests = [IdOf(image)] }
            : _imageOf.Values.Contains(image) ? new ImageFacts(true, ImagePorts) { Id = image, Digests = [image] }
            : ImageFacts.Missing);

    private string IdOf(string image) => ImageIds.GetOrAdd(image, name => $"sha256:{name}");

    public async Task<ServerProblem?> PullAsync(string image, Action<IReadOnlyList<LayerProgress>> progress, CancellationToken cancellationToken)
    {
        if (image.StartsWith("missing", StringComparison.Ordinal))
            return new ServerProblem(ProblemCode.ImageNotFound, $"There is no image {image}.");

        if (!PullsInSilence)
            progress([new LayerProgress("abc", "Downloading", 50, 100), new LayerProgress("def", "Pull complete", 0, 0)]);
        await Pulling(cancellationToken);
        Images.Add(image);
        if (PulledId is { } id)
            ImageIds[image] = id;
        return null;
    }

    public async Task<ServerProblem?> BuildAsync(string tag, Stream tar, Action<string> progress, CancellationToken cancellationToken, bool anew = false)
    {
        await tar.CopyToAsync(Stream.Null, cancellationToken);
        Images.Add(tag);
        return null;
    }

    public Task<Outcome<IReadOnlyList<EngineVolume>>> VolumesAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Outcomes.Success<IReadOnlyList<EngineVolume>>([.. _volumes.Values]));

    public Task<ServerProblem?> CreateVolumeAsync(string volume, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        _volumes[volume] = new EngineVolume(volume, labels);
        return Task.FromResult<ServerProblem?>(null);
    }

    public Task<ServerProblem?> RemoveVolumeAsync(string volume, CancellationToken cancellationToken)
    {
        _volumes.TryRemove(volume, out _);
        return Task.FromResult<ServerProblem?>(null);
    }

    public Task<Outcome<string>> RegistryDigestAsync(string image, CancellationToken cancellationToken)
    {
        RegistryQuestions++;
        return Task.FromResult(RegistryDigest);
    }

    public Task RemoveNamelessImageAsync(string id, CancellationToken cancellationToken) => Task.CompletedTask;
}
