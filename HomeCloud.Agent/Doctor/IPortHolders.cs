namespace HomeCloud.Agent.Doctor;

public interface IPortHolders
{
    /// <summary>Processes that have UDP or TCP sockets bound to a port of this machine.</summary>
    IReadOnlyList<PortHolder> Of(int port);
}
