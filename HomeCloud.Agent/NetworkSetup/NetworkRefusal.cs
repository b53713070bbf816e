namespace HomeCloud.Agent.NetworkSetup;

/// <param name="Reason">Why there can be no network here.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record NetworkRefusal(string Reason, string Fix);
