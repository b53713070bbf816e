using System.Net;

namespace HomeCloud.Bench.Load;

/// <summary>A shuffled list of questions that a load is made of. All have one length, so that a batch can leave in one system call.</summary>
internal sealed record Workload(string Name, Question[] Questions)
{
    public const string Zone = "home";

    private const int NxDomain = 3;

    /// <summary>Name number <paramref name="index"/> of the zone; all are equally long.</summary>
    public static string HostName(int index) => $"host{index:D6}";

    public static IPAddress Address(int index) => new([10, (byte)(index >> 16), (byte)(index >> 8), (byte)index]);

    /// <summary>Name that the scripted upstream answers for.</summary>
    public static string ForeignName(int index) => $"site{index:D6}.example";

    /// <summary>A queries for existing names.</summary>
    public static Workload Hits(int names, int most = 20_000) => Shuffled("A", Pick(names, most).Select(i => Hit(i)));

    /// <summary>65 % A, 10 % NXDOMAIN, 25 % NODATA (AAAA of a name with only an A).</summary>
    public static Workload Mix(int names, int most = 20_000) => Shuffled("mix", Pick(names, most).Select((i, at) => (at % 20) switch
    {
        < 13 => Hit(i),
        < 15 => QuestionWriter.Write($"nope{i:D6}.{Zone}", QuestionWriter.A, NxDomain, null),
        _ => QuestionWriter.Write($"{HostName(i)}.{Zone}", QuestionWriter.Aaaa, 0, null),
    }));

    /// <summary>The same hits with an OPT record.</summary>
    public static Workload Edns(int names, int most = 20_000) => Shuffled("EDNS", Pick(names, most).Select(i => Hit(i, edns: true)));

    /// <summary>The same hits with an OPT record that holds a cookie, RFC 7873.</summary>
    public static Workload WithCookie(int names, byte[] cookie, int most = 20_000) =>
        Shuffled("cookie", Pick(names, most).Select(i => QuestionWriter.Write($"{HostName(i)}.{Zone}", QuestionWriter.A, 0, Address(i), edns: true, cookie)));

    /// <summary>Names of others, for which the scripted upstream gives 198.18.x.y.</summary>
    public static Workload Foreign(int names) => Shuffled("forward", Enumerable.Range(0, names)
        .Select(i => QuestionWriter.Write(ForeignName(i), QuestionWriter.A, 0, ForeignAddress(i))));

    /// <summary>Those of them that live for minutes.</summary>
    public static Workload Lasting(int names) => Shuffled("cached", Enumerable.Range(0, names).Where(i => i % BenchUpstream.ShortLived != 0)
        .Select(i => QuestionWriter.Write(ForeignName(i), QuestionWriter.A, 0, ForeignAddress(i))));

    public static IPAddress ForeignAddress(int index) => new([198, 18, (byte)(index >> 8), (byte)index]);

    /// <summary>The same queries as an echo answers them: with nothing.</summary>
    public Workload ForEcho() => this with { Questions = [.. Questions.Select(question => question with { Rcode = 0, Address = null })] };

    private static Question Hit(int i, bool edns = false) =>
        QuestionWriter.Write($"{HostName(i)}.{Zone}", QuestionWriter.A, 0, Address(i), edns);

    private static IEnumerable<int> Pick(int names, int most)
    {
        // Every server sees the same questions in the same order.
        var random = new Random(1);
        return names <= most ? Enumerable.Range(0, names) : Enumerable.Range(0, most).Select(_ => random.Next(names));
    }

    private static Workload Shuffled(string name, IEnumerable<Question> questions)
    {
        var all = questions.ToArray();
        new Random(2).Shuffle(all);
        return new Workload(name, all);
    }
}
