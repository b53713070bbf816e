namespace HomeCloud.Agent.Web.Api;

/// <param name="At">When the engine got the line.</param>
/// <param name="IsError">Written to standard error.</param>
/// <param name="Text">As the server wrote it: show it as text, never as markup.</param>
public sealed record LogView(DateTimeOffset? At, bool IsError, string Text);
