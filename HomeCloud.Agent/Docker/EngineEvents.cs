using System.Runtime.CompilerServices;
using HomeCloud.Agent.Docker.Models;

namespace HomeCloud.Agent.Docker;

/// <summary>One open response of the events endpoint.</summary>
internal sealed class EngineEvents(DockerEndpoint endpoint, HttpResponseMessage response) : IEngineEvents
{
    public void Dispose() => response.Dispose();

    public async IAsyncEnumerable<EngineEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Closing the response is what ends a read on a silent socket at once.
        await using var registration = cancellationToken.Register(static state => ((HttpResponseMessage)state!).Dispose(), response);
        await using var events = JsonLines.ReadAsync(endpoint, response, DockerJson.Default.EngineEvent, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await events.MoveNextAsync())
        {
            if (events.Current is { Type: not null, Action: not null })
                yield return events.Current;
        }
    }
}
