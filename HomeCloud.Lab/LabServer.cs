using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Machines;

namespace HomeCloud.Lab;

/// <summary>A server of the lab and what runs on it.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Engine">Its Docker engine.</param>
/// <param name="Agent">HomeCloud's agent; answers DNS as well in the embedded shape.</param>
/// <param name="Dns">The separate DNS server, where this server has one.</param>
/// <param name="Redis">Redis, where this server has one.</param>
public sealed record LabServer(int Index, Machine Machine, DockerEngine Engine, Daemon Agent, Daemon? Dns, Daemon? Redis)
{
    /// <summary>The DNS server of this machine; null when it has none.</summary>
    public Daemon? NameServer { get; init; }

    /// <summary>What moves the shared address, where there is one.</summary>
    public Daemon? Keepalived { get; init; }
}
