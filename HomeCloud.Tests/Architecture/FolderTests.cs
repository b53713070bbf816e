using System.Reflection;
using System.Runtime.CompilerServices;

namespace HomeCloud.Tests.Architecture;

/// <summary>Holds what docs/architecture.md says of the folders of each project.</summary>
public sealed class FolderTests
{
    /// <summary>Project → its folder → the folders of the project that it may use besides itself; "" is the project's own folder.</summary>
    private static readonly Dictionary<string, Dictionary<string, string[]>> Layers = new()
    {
        ["HomeCloud.Net"] = new()
        {
            [""] = [],
            ["Addresses"] = [],
            ["Certificates"] = [],
            ["Files"] = [],
            ["Localization"] = [],
            ["Machine"] = ["Addresses"],
            ["Options"] = ["Addresses"],
            ["Wire"] = [],
            ["Presentation"] = ["Addresses", "Localization", "Wire"],
            ["Stub"] = ["Wire"],
        },
        ["HomeCloud.Commands"] = new() { [""] = [] },
        ["HomeCloud.Registry"] = new()
        {
            [""] = [],
            ["Feed"] = [""],
            ["Storage"] = [""],
            ["Embedded"] = ["", "Feed", "Storage"],
            ["Figures"] = [],
            ["Journals"] = [],
            ["Redis"] = ["", "Feed", "Journals", "Storage"],
            ["Composition"] = ["", "Embedded", "Journals", "Redis", "Storage"],
        },
        ["homecloud-dns"] = new()
        {
            ["Zones"] = [],
            ["Blocking"] = [],
            ["Caching"] = [],
            ["Validation"] = [],
            ["HostsFile"] = [],
            ["Forwarding"] = ["Caching"],
            ["ZoneFiles"] = ["Zones"],
            ["Serving"] = ["Zones", "ZoneFiles"],
            ["Projection"] = ["Zones", "ZoneFiles"],
            ["Resolving"] = ["Zones", "Blocking", "Caching", "Forwarding", "Serving", "Validation"],
            ["Updating"] = ["Zones", "ZoneFiles", "Forwarding", "Serving"],
            ["Transport"] = ["Serving"],
            ["Telemetry"] = ["Serving"],
            ["Hosting"] = ["Zones", "ZoneFiles", "Blocking", "Caching", "HostsFile", "Forwarding", "Serving", "Projection", "Resolving", "Updating", "Transport", "Telemetry", "Validation"],
        },
        ["homecloud"] = new()
        {
            ["Localization"] = [],
            ["Api"] = ["Localization"],
            ["Commands"] = ["Api", "Localization"],
            [""] = ["Api", "Commands", "Localization"],
        },
        ["HomeCloud.Lab"] = new()
        {
            ["Setting"] = [],
            ["Names"] = [],
            ["Processes"] = ["Setting"],
            ["Packages"] = ["Processes", "Services", "Setting"],
            ["Machines"] = ["Processes", "Setting"],
            ["Network"] = ["Machines", "Processes", "Setting"],
            ["Engine"] = ["Machines", "Network", "Packages", "Processes", "Setting"],
            ["Services"] = ["Machines", "Network", "Processes", "Setting"],
            [""] = ["Engine", "Machines", "Names", "Network", "Packages", "Processes", "Services", "Setting"],
            ["Checks"] = ["", "Engine", "Machines", "Names", "Network", "Processes", "Services", "Setting"],
        },
        ["homecloud-agent"] = new()
        {
            ["Backup"] = ["Docker", "Naming"],
            ["Docker"] = [],
            ["Lan"] = [],
            ["Naming"] = ["Docker"],
            ["Engine"] = ["Docker", "Naming"],
            ["Doctor"] = ["Docker", "Lan", "Naming"],
            ["NetworkSetup"] = ["Docker", "Lan", "Naming"],
            ["Reconciliation"] = ["Docker", "Engine", "Naming"],
            ["Servers"] = ["Docker", "Engine", "Lan", "Naming"],
            ["Web"] = ["Docker", "Doctor", "Naming", "Reconciliation", "Servers"],
            ["Hosting"] = ["Backup", "Docker", "Lan", "Naming", "Engine", "Doctor", "NetworkSetup", "Reconciliation", "Servers", "Web"],
        },
    };

    public static TheoryData<string> Projects => [.. Layers.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_use_only_the_folders_below_them(string project)
    {
        var layers = Layers[project];
        var violations =
            from reference in References(Assembly.Load(project))
            let own = TopFolder(reference.From)
            let other = TopFolder(reference.To)
            where own != other && layers.TryGetValue(own, out var allowed) && !allowed.Contains(other)
            select $"{reference.User} ({own}) uses {reference.Used} ({other})";

        string.Join('\n', violations.Distinct()).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_folder_is_in_the_table(string project) =>
        References(Assembly.Load(project)).Select(reference => TopFolder(reference.From)).Distinct()
            .Where(folder => folder.Length > 0).Should().BeSubsetOf(Layers[project].Keys);

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_do_not_refer_to_each_other_in_circles(string project)
    {
        var references = References(Assembly.Load(project)).ToList();
        var uses = references.ToLookup(reference => reference.From, reference => reference.To);

        var circles =
            from reference in references
            where Reachable(uses, reference.To).Contains(reference.From)
            select $"{reference.User} uses {reference.Used}";

        string.Join('\n', circles.Distinct()).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Native_calls_stay_in_folders_of_that_name(string project)
    {
        var violations =
            from type in Assembly.Load(project).GetTypes()
            from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            where (method.Attributes & MethodAttributes.PinvokeImpl) != 0
            where TypeReferences.LayerNamespace(type)?.EndsWith(".Native", StringComparison.Ordinal) != true
            select $"{type.FullName}.{method.Name}";

        violations.Distinct().Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Products_do_not_see_the_inside_of_each_other(string project) =>
        Assembly.Load(project).GetCustomAttributes<InternalsVisibleToAttribute>().Select(friend => friend.AssemblyName)
            .Should().BeSubsetOf(["HomeCloud.Tests", "HomeCloud.Bench"]);

    private static IEnumerable<(string From, string To, string User, string Used)> References(Assembly assembly) =>
        from type in TypeReferences.WrittenTypes(assembly)
        let own = TypeReferences.LayerNamespace(type)
        where own is not null
        from used in TypeReferences.Of(type)
        where used.Assembly == assembly
        let other = TypeReferences.LayerNamespace(used)
        where other is not null && other != own && other.StartsWith("HomeCloud.", StringComparison.Ordinal) // generated code has namespaces of its own
        select (own, other, type.FullName!, used.FullName!);

    /// <summary>HomeCloud.Dns.Zones.Names → Zones.</summary>
    private static string TopFolder(string layer) => layer.Split('.') is { Length: > 2 } parts ? parts[2] : "";

    private static HashSet<string> Reachable(ILookup<string, string> uses, string start)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>(uses[start]);
        while (open.TryPop(out var folder))
        {
            if (!seen.Add(folder))
                continue;
            foreach (var next in uses[folder])
                open.Push(next);
        }

        return seen;
    }
}
