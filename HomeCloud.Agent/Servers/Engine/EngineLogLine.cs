namespace HomeCloud.Agent.Servers.Engine;

/// <summary>One line that a container wrote.</summary>
/// <param name="At">When the engine got it; null when it did not say.</param>
/// <param name="IsError">Written to standard error.</param>
/// <param name="Text">As it came: hostile until escaped.</param>
public sealed record EngineLogLine(DateTimeOffset? At, bool IsError, string Text);
