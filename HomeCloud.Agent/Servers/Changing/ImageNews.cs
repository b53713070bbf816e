using System.Collections.Concurrent;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Making;

namespace HomeCloud.Agent.Servers.Changing;

/// <summary>Whether registries have newer images: asked when a person looks, at most once a day for each image.</summary>
internal sealed class ImageNews(IServerEngine engine, ServerKeeper servers, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(1);
    private readonly ConcurrentDictionary<string, (string Digest, string? Problem, DateTimeOffset At)> _known = new(StringComparer.Ordinal);

    /// <param name="name">The server.</param>
    /// <param name="now">Ask the registry even if it was asked today.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Outcome<ImageNewsView>> AskAsync(string name, bool now, CancellationToken cancellationToken)
    {
        var found = await servers.FindAsync(name, cancellationToken);
        if (!found.IsSuccess)
            return found.Problem;
        var source = await engine.SourceAsync(found.Value.Id, cancellationToken);
        if (!source.IsSuccess)
            return source.Problem;
        var image = source.Value.Plan.Image;
        var mine = await engine.FindImageAsync(source.Value.ImageId, cancellationToken);
        if (!mine.IsSuccess)
            return mine.Problem;
        if (mine.Value.Digests.IsEmpty)
            return new ImageNewsView(image, null, time.GetUtcNow(), "It was built on this machine; an update builds it again.");

        var known = _known.GetValueOrDefault(image);
        if (now || time.GetUtcNow() - known.At >= Age)
        {
            var asked = await engine.RegistryDigestAsync(image, cancellationToken);
            known = _known[image] = (asked.Value ?? "", asked.Problem?.Message, time.GetUtcNow());
        }

        return new ImageNewsView(image, known.Problem is null ? !mine.Value.Digests.Contains(known.Digest) : null, known.At, known.Problem);
    }
}

/// <summary>What a registry has under the name of a server's image.</summary>
/// <param name="Image">The name.</param>
/// <param name="IsNewer">Another one than the server has; null when it cannot be told.</param>
/// <param name="AskedAt">When the registry was asked.</param>
/// <param name="Note">Why it cannot be told.</param>
public sealed record ImageNewsView(string Image, bool? IsNewer, DateTimeOffset AskedAt, string? Note);
