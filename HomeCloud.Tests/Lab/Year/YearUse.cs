using System.Globalization;

namespace HomeCloud.Tests.Lab.Year;

/// <summary>What the program takes of the machine.</summary>
/// <param name="Memory">Resident, in KiB.</param>
/// <param name="Descriptors">Open files and sockets.</param>
/// <param name="Threads">All of them.</param>
internal sealed record YearUse(long Memory, int Descriptors, int Threads)
{
    /// <summary>The most that the query log took lately, older files included, in octets.</summary>
    public long QueryLog { get; init; }

    public static YearUse Of(int pid)
    {
        var status = File.ReadLines($"/proc/{pid}/status").Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[0], parts => parts[1].Trim());
        return new YearUse(
            long.Parse(status["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture),
            Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length,
            int.Parse(status["Threads"], CultureInfo.InvariantCulture));
    }

    public static YearUse Least(IReadOnlyCollection<YearUse> looks) =>
        new(looks.Min(look => look.Memory), looks.Min(look => look.Descriptors), looks.Min(look => look.Threads));

    /// <summary>So many the thread pool has more on a busy machine; a leak of one a day would be hundreds.</summary>
    private const int PoolThreads = 8;

    /// <param name="before">An earlier look.</param>
    /// <param name="most">How many times of what it was each may be now.</param>
    /// <param name="mostMemory">The same for memory.</param>
    /// <returns>What has grown beyond that, or beyond its limit.</returns>
    public IEnumerable<string> GrownFrom(YearUse before, double most, double mostMemory)
    {
        foreach (var (what, was, now, more) in new (string, long, long, int)[] { ("descriptors", before.Descriptors, Descriptors, 0), ("threads", before.Threads, Threads, PoolThreads), ("query log", before.QueryLog, QueryLog, 0) })
        {
            if (now > (most * was) + more)
                yield return $"{what}: {now} after {was}";
        }

        if (Memory > mostMemory * before.Memory)
            yield return $"memory: {Memory} after {before.Memory}";

        if (QueryLog > YearHome.MostQueryLog)
            yield return $"the query log: {QueryLog}";
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Memory / 1024.0:0.0} MiB, {Descriptors} descriptors, {Threads} threads, {QueryLog / 1024.0:0} KiB of query log");
}
