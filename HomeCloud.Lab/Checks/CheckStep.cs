namespace HomeCloud.Lab.Checks;

/// <param name="Title">What a person would do: often the very command.</param>
/// <param name="RunAsync">Does it; returns what came out, in a few words. Throws <see cref="CheckFailedException"/> or <see cref="LabException"/> when that is wrong.</param>
public sealed record CheckStep(string Title, Func<Task<string>> RunAsync);
