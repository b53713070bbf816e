namespace HomeCloud.Agent.Reconciliation;

/// <summary>A message to the reconcile loop.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Id">Container id, where one is concerned.</param>
/// <param name="Content">As <see cref="SignalKind"/> says.</param>
/// <param name="Connection">For what the engine answered: over which of its connections it was asked (see <see cref="EngineReader"/>); 0 for all else.</param>
internal readonly record struct Signal(SignalKind Kind, string? Id = null, object? Content = null, int Connection = 0);

internal enum SignalKind
{
    /// <summary>Something happened to the container with this id.</summary>
    ContainerTouched,

    /// <summary>A network was connected to or disconnected from the container with this id; it may not have started yet.</summary>
    EndpointTouched,

    /// <summary>A network came, went or changed.</summary>
    NetworksTouched,

    /// <summary>The event stream stands: compare everything. Content: <see cref="EngineIdentity"/>.</summary>
    EngineBack,

    /// <summary>The event stream broke. Content: why.</summary>
    EngineLost,

    /// <summary>Compare everything, for a reason outside the engine.</summary>
    CompareAll,

    /// <summary>A request for a fresh look. Content: the <see cref="TaskCompletionSource"/> to end.</summary>
    Look,

    /// <summary>Others sleep than before, or something was set by hand.</summary>
    OverlayChanged,

    /// <summary>The registry may have lost what was written to it.</summary>
    RegistryReset,

    /// <summary>Content: <see cref="Naming.ContainerFacts"/>; none when there is no such container.</summary>
    Inspected,

    /// <summary>Content: the exception.</summary>
    InspectionFailed,

    /// <summary>Content: <see cref="Listing"/>.</summary>
    Listed,

    /// <summary>Content: the exception.</summary>
    ListingFailed,

    /// <summary>Content: networks by id and by name.</summary>
    NetworksListed,

    /// <summary>A write to the registry ended. Content: whether the registry took it.</summary>
    Published,

    /// <summary>A deadline has come.</summary>
    Tick,
}
