namespace HomeCloud.Agent.Servers.Figures;

/// <summary>What a server used in a range.</summary>
/// <param name="From">Unix time in seconds; the first step begins here.</param>
/// <param name="To">Unix time in seconds, now.</param>
/// <param name="StepSeconds">Length of a step.</param>
/// <param name="Steps">Oldest first. A step that is missing is a time in which the server or the agent did not run.</param>
public sealed record UsageFiguresView(long From, long To, int StepSeconds, IReadOnlyList<UsageStepView> Steps)
{
    internal static UsageFiguresView Of(UsageRange range, UsageSeries? series, DateTimeOffset time)
    {
        var table = (series ?? new UsageSeries()).Tables[(int)range];
        var now = time.ToUnixTimeSeconds();
        var from = now - (now % table.Step) - ((table.Capacity - 1L) * table.Step);
        return new UsageFiguresView(from, now, table.Step, [.. table.Steps.Where(step => step.Start >= from && step.Start <= now && step.Seconds > 0).Select(UsageStepView.Of)]);
    }
}

/// <param name="At">Its begin, Unix time in seconds.</param>
/// <param name="Seconds">For so long of it the server was seen running.</param>
/// <param name="CpuPercent">100 is one core; on average, as all that follows.</param>
/// <param name="MemoryBytes">In use, without the page cache that can be given up.</param>
/// <param name="ReceivedPerSecond">Bytes a second.</param>
/// <param name="SentPerSecond">Bytes a second.</param>
public sealed record UsageStepView(long At, int Seconds, double CpuPercent, long MemoryBytes, long ReceivedPerSecond, long SentPerSecond)
{
    internal static UsageStepView Of(UsageStep step) => new(
        step.Start,
        (int)step.Seconds,
        Math.Round(step.CpuSeconds / step.Seconds * 100.0, 2),
        (long)(step.MebibyteSeconds / step.Seconds * 1048576.0),
        (long)(step.ReceivedKibibytes / step.Seconds * 1024.0),
        (long)(step.SentKibibytes / step.Seconds * 1024.0));
}
