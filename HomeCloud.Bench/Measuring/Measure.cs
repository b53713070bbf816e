using HomeCloud.Bench.Load;

namespace HomeCloud.Bench.Measuring;

/// <summary>One thing that is measured of a running server.</summary>
/// <param name="Name">For tables and <c>--only</c>.</param>
/// <param name="Title">For a person.</param>
/// <param name="Run">Puts the load on.</param>
/// <param name="Echo">Whether the echo can take part.</param>
internal sealed record Measure(string Name, string Title, Func<RunningServer, LoadResult> Run, bool Echo = true);
