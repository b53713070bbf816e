namespace HomeCloud.Registry;

/// <summary>The registry's store could not be reached, or did not answer in time; nothing was changed, or it is unknown whether it was.</summary>
public sealed class RegistryUnavailableException : Exception
{
    public RegistryUnavailableException(string message)
        : base(message)
    {
    }

    public RegistryUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public RegistryUnavailableException()
    {
    }

    /// <summary>True when the store is there, but another process holds the owner: two machines use one agent id. Nothing was changed.</summary>
    public bool HeldByAnother { get; init; }
}
