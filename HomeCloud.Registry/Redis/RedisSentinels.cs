using System.Net;
using StackExchange.Redis;

namespace HomeCloud.Registry.Redis;

/// <summary>
/// Asks Sentinels where the primary is. Several answers may differ for a while, when one Sentinel was cut off: then all
/// addresses they name are tried, and the term decides (<see cref="RedisPrimary"/>).
/// </summary>
internal sealed class RedisSentinels(RedisConnector connector)
{
    // As for servers: one behind a cut cable keeps nobody waiting once others answered.
    private static readonly TimeSpan WaitForOthers = TimeSpan.FromMilliseconds(250);

    /// <returns>Where primaries may be, without repetitions; empty when no Sentinel knows, and why.</returns>
    public async Task<(IReadOnlyList<RedisEndpoint> Primaries, string Problem)> AskAsync(CancellationToken cancellationToken)
    {
        var asking = connector.Endpoints.Select(sentinel => AskAsync(sentinel, cancellationToken)).ToList();
        var answers = new List<Answer>();
        Task? patience = null;
        while (asking.Count > 0)
        {
            var next = await Task.WhenAny(patience is null ? asking : asking.Append(patience)).ConfigureAwait(false);
            if (next is not Task<Answer> answer)
                break;
            asking.Remove(answer);
            answers.Add(await answer.ConfigureAwait(false));
            if (answers[^1].Primary is not null)
                patience ??= Task.Delay(WaitForOthers, cancellationToken);
        }

        var primaries = answers.Select(answer => answer.Primary).OfType<RedisEndpoint>().Distinct().ToArray();
        return (primaries, string.Join("; ", answers.Select(answer => answer.Problem).Where(problem => problem.Length > 0)));
    }

    private async Task<Answer> AskAsync(RedisEndpoint sentinel, CancellationToken cancellationToken)
    {
        ConnectionMultiplexer? multiplexer = null;
        try
        {
            var opening = ConnectionMultiplexer.ConnectAsync(connector.ConfigureSentinel(sentinel));
            _ = opening.ContinueWith(static late => late.Exception, TaskScheduler.Default);
            multiplexer = await opening.WaitAsync(connector.Timeout * 2, cancellationToken).ConfigureAwait(false);
            var server = multiplexer.GetServer(multiplexer.GetEndPoints(configuredOnly: true)[0]);
            var primary = await server.SentinelGetMasterAddressByNameAsync(connector.Service!).WaitAsync(connector.Timeout, cancellationToken).ConfigureAwait(false);
            return From(primary) is { } endpoint
                ? new Answer(endpoint, "")
                : new Answer(null, $"Sentinel at {sentinel} has no primary named '{connector.Service}'; compare --redis with `sentinel monitor` in its sentinel.conf");
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Answer(null, $"Sentinel: {connector.Explain(sentinel, exception)}");
        }
        finally
        {
            if (multiplexer is not null)
                await multiplexer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static RedisEndpoint? From(EndPoint? primary) => primary switch
    {
        IPEndPoint address => new RedisEndpoint(address.Address.ToString(), address.Port),
        DnsEndPoint name => new RedisEndpoint(name.Host, name.Port),
        _ => null,
    };

    private sealed record Answer(RedisEndpoint? Primary, string Problem);
}
