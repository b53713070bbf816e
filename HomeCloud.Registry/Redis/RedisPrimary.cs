using Microsoft.Extensions.Logging;

namespace HomeCloud.Registry.Redis;

/// <summary>
/// Finds the server to talk to among the endpoints given. A primary that writers moved to carries a higher term than the one
/// they left, so an old primary that comes back with old data is not believed; then the higher revision counts.
/// The client's own discovery knows no terms: it would believe whichever calls itself a primary. With Sentinels the endpoints
/// are those that they name.
/// </summary>
internal sealed partial class RedisPrimary(RedisConnector connector, RedisKeys keys, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LookForOtherPrimary = TimeSpan.FromSeconds(5);

    // A server behind a cut cable answers nobody for the whole timeout; those that are well need not wait for it.
    private static readonly TimeSpan WaitForOthers = TimeSpan.FromMilliseconds(250);

    private readonly RedisSentinels? _sentinels = connector.Service is null ? null : new RedisSentinels(connector);

    /// <summary>One try at all endpoints at once.</summary>
    /// <returns>A connection to the best primary; null when none answers, and why.</returns>
    public async Task<(RedisConnection? Connection, string Problem)> FindAsync(CancellationToken cancellationToken)
    {
        var (endpoints, problem) = await EndpointsAsync(cancellationToken).ConfigureAwait(false);
        var probing = endpoints.Select(endpoint => ProbeAsync(endpoint, cancellationToken)).ToList();
        var done = new List<Probe>();
        Task? patience = null;
        while (probing.Count > 0)
        {
            var next = await Task.WhenAny(patience is null ? probing : probing.Append(patience)).ConfigureAwait(false);
            if (next is not Task<Probe> probe)
                break;
            probing.Remove(probe);
            done.Add(await probe.ConfigureAwait(false));
            if (done[^1].Connection is not null)
                patience ??= Task.Delay(WaitForOthers, cancellationToken);
        }

        var best = done.Where(probe => probe.Connection is not null).OrderByDescending(probe => probe.Rank).FirstOrDefault().Connection;
        foreach (var probe in done.Select(Task.FromResult).Concat(probing))
            _ = CloseUnlessAsync(probe, best);
        return (best, string.Join("; ", done.Select(probe => probe.Problem).Prepend(problem).Where(text => text.Length > 0)));
    }

    /// <summary>Looks now and then whether another endpoint is the primary now, or one of a higher term: the two were apart, and writers moved on.</summary>
    /// <param name="current">Is broken then; until then it is watched.</param>
    public async Task BreakWhenSupersededAsync(RedisConnection current)
    {
        try
        {
            do
                await Task.Delay(LookForOtherPrimary, time, current.Broken).ConfigureAwait(false);
            while (!await IsSupersededAsync(current, current.Broken).ConfigureAwait(false));
            current.Break("another server is the primary now");
        }
        catch (Exception exception) when (exception is OperationCanceledException or RegistryUnavailableException)
        {
            // It is broken.
            return;
        }
    }

    private async Task<bool> IsSupersededAsync(RedisConnection current, CancellationToken cancellationToken)
    {
        var (endpoints, _) = await EndpointsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var endpoint in endpoints.Where(endpoint => endpoint != current.Endpoint))
        {
            var probe = await ProbeAsync(endpoint, cancellationToken).ConfigureAwait(false);
            if (probe.Connection is null)
                continue;
            await probe.Connection.DisposeAsync().ConfigureAwait(false);
            // What it says now: a Redis that was emptied begins with the first term again, and another one may have made it a replica.
            var info = await current.ReadInfoAsync().ConfigureAwait(false);
            var term = RedisMeta.From(await current.ReadHashAsync(keys.Meta).ConfigureAwait(false)).Term;
            if (info.IsPrimary && probe.Rank.Term <= term)
                continue;
            LogSuperseded(current.Endpoint, endpoint, probe.Rank.Term, term);
            return true;
        }

        return false;
    }

    private Task<(IReadOnlyList<RedisEndpoint> Endpoints, string Problem)> EndpointsAsync(CancellationToken cancellationToken) =>
        _sentinels?.AskAsync(cancellationToken) ?? Task.FromResult((connector.Endpoints, ""));

    private async Task<Probe> ProbeAsync(RedisEndpoint endpoint, CancellationToken cancellationToken)
    {
        RedisConnection? connection = null;
        try
        {
            connection = await RedisConnection.OpenAsync(endpoint, connector, cancellationToken).ConfigureAwait(false);
            if (connection.Info is { IsPrimary: true, IsLoading: false })
            {
                var meta = RedisMeta.From(await connection.ReadHashAsync(keys.Meta).ConfigureAwait(false));
                return new Probe(connection, (meta.Term, meta.Revision), "");
            }

            var problem = connection.Info.IsLoading ? "it is reading its data from disk" : "it is a replica";
            await connection.DisposeAsync().ConfigureAwait(false);
            return new Probe(null, default, $"Redis at {endpoint}: {problem}");
        }
        catch (RegistryUnavailableException exception)
        {
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
            return new Probe(null, default, exception.Message);
        }
    }

    private static async Task CloseUnlessAsync(Task<Probe> probing, RedisConnection? best)
    {
        await ((Task)probing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (probing.IsCompletedSuccessfully && probing.Result.Connection is { } connection && connection != best)
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    [LoggerMessage(LogLevel.Warning, "Redis: switching from {Old} to {New}, where the writers are now (term {NewTerm} after {OldTerm}).")]
    private partial void LogSuperseded(RedisEndpoint old, RedisEndpoint @new, long newTerm, long oldTerm);

    private readonly record struct Probe(RedisConnection? Connection, (long Term, long Revision) Rank, string Problem);
}
