using HomeCloud.Lab.Names;

namespace HomeCloud.Tests.Lab.Probing;

/// <summary>One question of a <see cref="PacedAsker"/>.</summary>
/// <param name="Name">Asked for its IPv4 addresses.</param>
/// <param name="FirstServer">Which server is asked first; each further attempt goes to the next one.</param>
/// <param name="Answered">Hears the answer, or that there was none; on the asker's thread.</param>
internal sealed record PacedQuestion(string Name, int FirstServer, Action<StubAnswer> Answered);
