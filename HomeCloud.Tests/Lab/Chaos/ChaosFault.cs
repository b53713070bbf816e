using HomeCloud.Lab;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>Something that breaks and is mended again.</summary>
/// <param name="Text">For the log and for failures.</param>
/// <param name="Break">Breaks it.</param>
/// <param name="Mend">Mends it; does not wait for anything to recover.</param>
/// <param name="EngineAway">The server whose engine is away meanwhile, with its containers.</param>
/// <param name="PowerAway">That nothing runs on that server meanwhile.</param>
internal sealed record ChaosFault(string Text, Func<Task> Break, Func<Task> Mend, LabServer? EngineAway = null, bool PowerAway = false);
