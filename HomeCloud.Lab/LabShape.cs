namespace HomeCloud.Lab;

/// <summary>How the parts of HomeCloud are spread in the lab.</summary>
public enum LabShape
{
    /// <summary>One process a server: the agent answers DNS itself.</summary>
    Embedded,

    /// <summary>Agent, Redis and a separate DNS server.</summary>
    Redis,

    /// <summary>Nothing of HomeCloud is started, and the engine has no LAN network yet: for trying installations.</summary>
    Bare,
}
