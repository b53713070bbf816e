using System.Net;

namespace HomeCloud.Agent.Lan;

public interface ILanReader
{
    IReadOnlyList<LanInterface> Interfaces();

    /// <summary>The gateway of the default route and the interface that leads to it, or null.</summary>
    (IPAddress Gateway, string Interface)? DefaultRoute();
}
