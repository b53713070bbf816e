using System.Net;

namespace HomeCloud.Agent.Lan;

public interface IStubClient
{
    /// <summary>Asks one server one question over UDP.</summary>
    /// <returns>Null when nothing came back in time, or the port is closed.</returns>
    Task<StubReply?> AskAsync(IPEndPoint server, string name, StubQuestion type, CancellationToken cancellationToken);
}
