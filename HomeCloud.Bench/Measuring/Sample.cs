using HomeCloud.Bench.Load;

namespace HomeCloud.Bench.Measuring;

/// <summary>One round of one measure of one system.</summary>
internal sealed record Sample(string System, string Measure, int Round, LoadResult Load, TimeSpan Cpu)
{
    /// <summary>Server CPU per right answer, in microseconds.</summary>
    public double CpuPerQuery => Load.Answers == 0 ? double.NaN : Cpu.TotalMicroseconds / Load.Answers;

    /// <summary>Share of its core that the server used: under 95 % it was not the limit.</summary>
    public double Busy => Cpu / Load.Elapsed;

    public static Sample Take(RunningServer server, Measure measure, int round)
    {
        var before = server.CpuTime;
        var load = measure.Run(server);
        return new Sample(server.System.Name, measure.Name, round, load, server.CpuTime - before);
    }
}
