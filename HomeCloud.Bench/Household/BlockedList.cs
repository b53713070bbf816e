using System.Net;
using System.Text;
using HomeCloud.Bench.Load;

namespace HomeCloud.Bench.Household;

/// <summary>A block list from a seed, in the formats that the servers read.</summary>
internal sealed class BlockedList
{
    private const string UnboundFile = "blocked.unbound";
    private const int Changed = 1_000;
    private const int Asked = 20_000;

    private readonly string[] _names;
    private readonly string _folder;
    private int _version;

    private BlockedList(string[] names, string folder)
    {
        (_names, _folder) = (names, folder);
        Renew();
        using var unbound = new StreamWriter(Unbound);
        foreach (var name in Current)
            unbound.Write($"  local-zone: \"{name}\" always_null\n");

        // All of one length, so that a batch can leave in one system call.
        Questions = new Workload("blocked", [.. Lasting.Where(name => name.Length == Length).Take(Asked).Select(Ask)]);
    }

    /// <summary>Path of the list in hosts format.</summary>
    public string Hosts => Path.Combine(_folder, "blocked.hosts");

    /// <summary>Path of the same names as lines of Unbound's configuration.</summary>
    public string Unbound => Path.Combine(_folder, UnboundFile);

    public long Octets => new FileInfo(Hosts).Length;

    /// <summary>Questions for names that every version of the list has.</summary>
    public Workload Questions { get; }

    /// <summary>A list answers already when it answers this.</summary>
    public Question Probe => Questions.Questions[0];

    private const int Length = 18;

    private IEnumerable<string> Lasting => _names.Skip(2 * Changed);

    // Of the first names, each version has one half.
    private IEnumerable<string> Current => _names.Take(2 * Changed).Skip(_version % 2 * Changed).Take(Changed).Concat(Lasting);

    public static BlockedList Write(string folder, int count) => new([.. Names(count + Changed)], folder);

    /// <summary>Puts another version in place, whole: a thousand names less, and a thousand others.</summary>
    public void Renew()
    {
        _version++;
        var text = new StringBuilder("# A list of the bench\n");
        foreach (var name in Current)
            text.Append("0.0.0.0 ").Append(name).Append('\n');
        File.WriteAllText(Hosts + ".new", text.ToString());
        File.Move(Hosts + ".new", Hosts, overwrite: true);
    }

    private static Question Ask(string name) => QuestionWriter.Write(name, QuestionWriter.A, 0, IPAddress.Any);

    private static IEnumerable<string> Names(int count)
    {
        string[] ends = ["com", "net", "info"];
        var random = new Random(20);
        var seen = new HashSet<string>(count);
        while (seen.Count < count)
        {
            var name = $"{Word(random)}.{Word(random)}.{ends[random.Next(ends.Length)]}";
            if (seen.Add(name))
                yield return name;
        }
    }

    private static string Word(Random random) => string.Create(random.Next(3, 8), random, static (letters, random) =>
    {
        foreach (ref var letter in letters)
            letter = (char)('a' + random.Next(26));
    });
}
