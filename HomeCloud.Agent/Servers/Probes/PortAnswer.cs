namespace HomeCloud.Agent.Servers.Probes;

/// <summary>What became of a TCP connection.</summary>
public enum PortAnswer
{
    Open,

    /// <summary>The machine is there, the port is closed.</summary>
    Refused,

    /// <summary>Nothing came back: not up yet, filtered, or this host cannot reach its own macvlan containers.</summary>
    Silent,
}
