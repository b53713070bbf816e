using System.Collections.Concurrent;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Changing;

/// <summary>
/// What registries said of images. They count every question, so each image is asked about once a day at most, however many servers have it
/// and however many people look; a question that failed counts too, and a home without internet keeps asking nobody.
/// </summary>
internal sealed class RegistryAnswers(IServerEngine engine, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(1);

    /// <summary>Added to the age at random: images asked about together do not stay together.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromHours(6);

    private readonly ConcurrentDictionary<string, RegistryAnswer> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<RegistryAnswer>>> _asking = new(StringComparer.Ordinal);

    /// <param name="image">The image's name.</param>
    /// <param name="now">Ask even if it was asked about today.</param>
    /// <param name="cancellationToken">Stops waiting; the question goes on for the others who wait.</param>
    public async Task<RegistryAnswer> OfAsync(string image, bool now, CancellationToken cancellationToken)
    {
        if (!now && _known.TryGetValue(image, out var known) && time.GetUtcNow() < known.Until)
            return known;

        var asking = _asking.GetOrAdd(image, _ => new Lazy<Task<RegistryAnswer>>(() => AskAsync(image)));
        return await asking.Value.WaitAsync(cancellationToken);
    }

    private async Task<RegistryAnswer> AskAsync(string image)
    {
        try
        {
            var asked = await engine.RegistryDigestAsync(image, CancellationToken.None);
            var at = time.GetUtcNow();
            var answer = new RegistryAnswer(asked.Value ?? "", asked.Problem?.Message, at, at + Age + (Spread * Random.Shared.NextDouble()));

            // Without an engine no registry was asked.
            if (asked.Problem is not { Code: ProblemCode.EngineAway })
                _known[image] = answer;
            return answer;
        }
        finally
        {
            _asking.TryRemove(image, out _);
        }
    }
}

/// <param name="Digest">Of the image that has the name now; empty when it is not known.</param>
/// <param name="Problem">Why not.</param>
/// <param name="At">When the registry was asked.</param>
/// <param name="Until">It is not asked again before.</param>
internal sealed record RegistryAnswer(string Digest, Phrase? Problem, DateTimeOffset At, DateTimeOffset Until);
