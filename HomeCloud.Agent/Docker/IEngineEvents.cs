using Docker.DotNet.Models;

namespace HomeCloud.Agent.Docker;

/// <summary>An open event stream. Disposing it ends the subscription.</summary>
public interface IEngineEvents : IDisposable
{
    /// <summary>Events as they come; values that are no event are skipped. Ends, or throws <see cref="EngineAwayException"/>, when the engine closes the stream.</summary>
    IAsyncEnumerable<Message> ReadAsync(CancellationToken cancellationToken = default);
}
