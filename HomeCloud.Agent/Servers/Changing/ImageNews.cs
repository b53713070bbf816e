using System.Collections.Concurrent;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Servers.Changing;

/// <summary>Whether registries have newer images than servers run. Nothing is asked by itself: only when a person looks.</summary>
internal sealed partial class ImageNews(IServerEngine engine, ServerKeeper servers, RegistryAnswers registries, Feed feed, ServersOptions options, TimeProvider time, ILogger<ImageNews> logger)
{
    /// <summary>How long what was found of a container holds; to find it again costs the engine two inspections, and mostly no registry anything.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, (bool IsNewer, DateTimeOffset At)> _found = new(StringComparer.Ordinal);
    private int _looking;

    /// <summary>One server.</summary>
    /// <param name="name">The server.</param>
    /// <param name="now">Ask the registry even if it was asked today, and although nobody is to be asked by itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Outcome<FoundImage>> AskAsync(string name, bool now, CancellationToken cancellationToken)
    {
        var found = await servers.FindAsync(name, cancellationToken);
        return found.IsSuccess ? await AskAsync(found.Value, now, cancellationToken) : found.Problem;
    }

    /// <summary>
    /// All servers made here that have a newer image, as far as is known, without waiting. What is due is asked in the background, one registry
    /// at a time, and told to the feed.
    /// </summary>
    public (IReadOnlyList<ServerNews> News, Task Asking) Look(CancellationToken stopping)
    {
        if (!options.ImageNews || !engine.Known.IsSuccess)
            return ([], Task.CompletedTask);

        var ours = engine.Known.Value.Where(c => c.Labels.ContainsKey(Labels.Server) && !c.Labels.ContainsKey(HomeCloudLabels.Role)).ToList();
        foreach (var gone in _found.Keys.Except(ours.Select(c => c.Id), StringComparer.Ordinal))
            _found.TryRemove(gone, out _);

        // Before anything is asked: what is found from here on is told to the feed.
        var news = ours.Where(c => _found.GetValueOrDefault(c.Id).IsNewer).Select(c => new ServerNews(c.Name, PlainText.From(c.Image, 200), true)).ToList();
        var due = ours.Where(c => !_found.TryGetValue(c.Id, out var known) || time.GetUtcNow() - known.At >= Fresh).ToList();
        var asking = due.Count > 0 && Interlocked.Exchange(ref _looking, 1) == 0 ? Task.Run(() => LookAsync(due, stopping), CancellationToken.None) : Task.CompletedTask;
        return (news, asking);
    }

    private async Task LookAsync(IReadOnlyList<ContainerFacts> due, CancellationToken stopping)
    {
        try
        {
            foreach (var container in due)
            {
                var was = _found.GetValueOrDefault(container.Id).IsNewer;
                var told = await AskAsync(container, now: false, stopping);
                var isNewer = told.Value?.IsNewer == true;
                _found[container.Id] = (isNewer, time.GetUtcNow());
                if (isNewer != was)
                    feed.Tell(new FeedItem("news", new ServerNews(container.Name, PlainText.From(container.Image, 200), isNewer)));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next look goes on.
        }
        catch (Exception exception)
        {
            LogFailure(exception);
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private async Task<Outcome<FoundImage>> AskAsync(ContainerFacts server, bool now, CancellationToken cancellationToken)
    {
        var source = await engine.SourceAsync(server.Id, cancellationToken);
        if (!source.IsSuccess)
            return source.Problem;
        var image = source.Value.Plan.Image;
        if (!now && !options.ImageNews)
            return new FoundImage(image, null, time.GetUtcNow(), "Registries are not asked: --image-news is off.");
        var mine = await engine.FindImageAsync(source.Value.ImageId, cancellationToken);
        if (!mine.IsSuccess)
            return mine.Problem;
        if (mine.Value.Digests.IsEmpty)
            return new FoundImage(image, null, time.GetUtcNow(), "It was built on this machine; an update builds it again.");

        var known = await registries.OfAsync(image, now, cancellationToken);
        return new FoundImage(image, known.Problem is null ? !mine.Value.Digests.Contains(known.Digest) : null, known.At, known.Problem);
    }

    [LoggerMessage(LogLevel.Error, "Image news: looking failed unexpectedly. Internal error; please report it")]
    private partial void LogFailure(Exception exception);
}

/// <summary>What a registry has under the name of a server's image.</summary>
/// <param name="Image">The name.</param>
/// <param name="IsNewer">Another one than the server has; null when it cannot be told.</param>
/// <param name="AskedAt">When the registry was asked.</param>
/// <param name="Note">Why it cannot be told.</param>
internal sealed record FoundImage(string Image, bool? IsNewer, DateTimeOffset AskedAt, Phrase? Note);

/// <summary>The same in its reader's language.</summary>
/// <param name="Image">The name.</param>
/// <param name="IsNewer">Another one than the server has; null when it cannot be told.</param>
/// <param name="AskedAt">When the registry was asked.</param>
/// <param name="Note">Why it cannot be told.</param>
public sealed record ImageNewsView(string Image, bool? IsNewer, DateTimeOffset AskedAt, string? Note);

/// <param name="Name">The server.</param>
/// <param name="Image">Its image's name.</param>
/// <param name="IsNewer">Whether the registry has another one under that name.</param>
public sealed record ServerNews(string Name, string Image, bool IsNewer);
