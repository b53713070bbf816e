using HomeCloud.Dns.Blocking.Groups;
using HomeCloud.Net.Options;
using HomeCloud.Net.Wire;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Dns.Blocking.BlockingOptions>;

namespace HomeCloud.Dns.Blocking;

/// <summary>Lists of names that are not to be reached, and what is answered for them. No list is in use by itself.</summary>
public sealed class BlockingOptions
{
    private const int MaxLists = 64;
    private const int MaxGroups = 64;

    /// <summary><c>--block NAME=URL|FILE</c>; of several that hold a name, the first is named as the reason.</summary>
    public IList<string> Lists { get; set; } = [];

    /// <summary><c>--allow NAME</c>: these names, and all below them, are never blocked.</summary>
    public IList<string> Allowed { get; set; } = [];

    /// <summary><c>--block-group NAME=DEVICE,…</c>: devices that have rules of their own.</summary>
    public IList<string> Groups { get; set; } = [];

    /// <summary><c>--block-for GROUP=LIST[@HOURS],…</c>: what counts for a group; without it, all lists do.</summary>
    public IList<string> For { get; set; } = [];

    public BlockAnswer Answer { get; set; } = BlockAnswer.Zero;

    /// <summary>Hours between two looks at a list with an address on the web, 1 to 720.</summary>
    public int RefreshHours { get; set; } = 24;

    public static OptionRow<BlockingOptions>[] Rows =>
    [
        List("block", "NAME=SOURCE", "List of names that are not answered, under a name of your choice: an https:// address or a file. Default: none.", o => o.Lists),
        List("allow", "NAME", "Name that is never blocked, with all below it.", o => o.Allowed),
        List("block-group", "NAME=DEVICE,…", "Devices that have block lists of their own: addresses, networks, MACs or names of the home (example: kids=192.168.1.40,phone).", o => o.Groups, keepsCommas: true),
        List("block-for", "GROUP=LIST,…", "Lists that count for a group, or for all devices in none (all): LIST, LIST@20-18 or LIST@mon-fri/8-18 for hours, safe-search. Default: all lists.", o => o.For, keepsCommas: true),
        One<BlockAnswer>("block-answer", "HOW", "Answer for a blocked name: zero (0.0.0.0 and ::), nxdomain or nodata. Default: zero.", ReadAnswer, (o, v) => o.Answer = v),
        Number("block-refresh", "HOURS", "How often lists on the web are looked at. Default: 24.", (o, v) => o.RefreshHours = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in Lists)
        {
            if (!TryRead(text, out var name, out _, out var problem))
                yield return $"--block '{text}' {problem}";
            else if (name is OwnRules.ListName or BlockGroup.SafeSearch)
                yield return $"--block '{text}' uses the name {name}, which stands for {(name == OwnRules.ListName ? "what is blocked by hand" : "search engines")}: choose another one";
            else if (!names.Add(name))
                yield return $"--block '{text}' uses the name {name} a second time: give each list its own name";
        }

        if (Lists.Count > MaxLists)
            yield return $"--block is set {Lists.Count} times: use at most {MaxLists} lists";
        if (Groups.Count > MaxGroups)
            yield return $"--block-group is set {Groups.Count} times: use at most {MaxGroups} groups";
        var problems = new List<string>();
        BlockGroup.ReadAll(Groups, For, names, problems);
        foreach (var problem in problems)
            yield return problem;
        var wire = new byte[DnsName.MaxLength];
        foreach (var name in Allowed)
        {
            if (!DnsName.TryParse(WithoutWildcard(name), wire, out var length) || length == 1)
                yield return $"--allow '{name}' is not a valid name (example: example.org)";
        }

        if (RefreshHours is < 1 or > 720)
            yield return $"--block-refresh {RefreshHours} is out of range: choose 1 to 720 hours";
    }

    /// <summary>Of valid options.</summary>
    internal IReadOnlyList<BlockGroup> ReadGroups()
    {
        var names = Lists.Select(text => TryRead(text, out var name, out _, out _) ? name : "").ToHashSet(StringComparer.Ordinal);
        return BlockGroup.ReadAll(Groups, For, names, []);
    }

    /// <summary>The name of a list, and where it is.</summary>
    internal static bool TryRead(string text, out string name, out string source, out string problem)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        (name, source) = equals < 0 ? ("", text) : (text[..equals].Trim(), text[(equals + 1)..].Trim());
        problem = "";
        if (equals <= 0 || source.Length == 0)
            problem = "is not NAME=SOURCE (example: ads=https://lists.example/ads.txt)";
        else if (!BlockGroup.IsName(name))
            problem = $"has no valid name ('{name}'): use at most {BlockGroup.MaxNameLength} small letters, digits, '-' and '_'";
        else if (source.Contains("://", StringComparison.Ordinal) && !(source.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(source, UriKind.Absolute, out _)))
            problem = "has an address that is not a valid https:// one: anybody on the way could change a list that is not encrypted";
        return problem.Length == 0;
    }

    internal static string WithoutWildcard(string name) => name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;

    private static string? ReadAnswer(string text, out BlockAnswer value)
    {
        value = text switch { "nxdomain" => BlockAnswer.NameError, "nodata" => BlockAnswer.NoData, _ => BlockAnswer.Zero };
        return text is "zero" or "nxdomain" or "nodata" ? null : "is not one of zero, nxdomain, nodata";
    }
}

/// <summary>What is answered for a blocked name.</summary>
public enum BlockAnswer
{
    /// <summary>0.0.0.0 and ::, which no connection leads to; NODATA for every other type.</summary>
    Zero,

    /// <summary>NXDOMAIN.</summary>
    NameError,

    /// <summary>The name exists, without records.</summary>
    NoData,
}
