namespace HomeCloud.Agent.Reconciliation;

/// <summary>A message to the reconcile loop.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Id">Container id, where one is concerned.</param>
/// <param name="Content">As <see cref="SignalKind"/> says.</param>
/// <param name="Connection">For what the engine answered: over which of its connections it was asked (see <see cref="EngineReader"/>); 0 for all else.</param>
internal readonly record struct Signal(SignalKind Kind, string? Id = null, object? Content = null, int Connection = 0);
