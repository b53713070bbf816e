using System.Globalization;

namespace HomeCloud.Agent.Docker;

/// <summary>The event stream.</summary>
public sealed partial class DockerClient
{
    private static readonly string EventFilter = Uri.EscapeDataString("""{"type":["container","network"]}""");

    /// <remarks>
    /// The engine sends its headers a moment before it subscribes us, so headers alone do not mean that nothing can be
    /// missed. It keeps the last events, though, and replays them from <c>since</c> under the lock of its subscription:
    /// asking from a second ago, by the engine's own clock, closes the gap. An event seen twice only signals twice.
    /// </remarks>
    public async Task<IEngineEvents> SubscribeAsync(CancellationToken cancellationToken = default)
    {
        var ping = await PingAsync(cancellationToken);
        var since = ping.Date is { } date
            ? string.Create(CultureInfo.InvariantCulture, $"&since={date.ToUnixTimeSeconds() - 1}")
            : "";
        var response = await SendAsync(HttpMethod.Get, $"events?filters={EventFilter}{since}", null, cancellationToken);
        return new EngineEvents(Endpoint, response);
    }
}
