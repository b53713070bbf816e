namespace HomeCloud.Agent.Servers.Live;

/// <summary>One change to tell: the event's type and its data, as server-sent events have it.</summary>
/// <param name="Type">server, gone, usage, engine, history, names or doctor.</param>
/// <param name="Data">Becomes JSON.</param>
public sealed record FeedItem(string Type, object Data);
