using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Addresses;
using HomeCloud.Registry;
using HomeCloud.Tests.Dns;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Architecture;

/// <summary>Holds those habits of docs/architecture.md that a machine can check.</summary>
public sealed partial class ConventionTests
{
    private static readonly Assembly[] Products =
    [
        typeof(AddressText).Assembly,
        typeof(NameRecord).Assembly,
        typeof(QueryContext).Assembly,
        Assembly.Load("homecloud-agent"),
        Assembly.Load("HomeCloud.Lab"),
        Assembly.Load("homecloud"),
    ];

    /// <summary>Those besides the options classes: what starts a program hands the environment on, and systemd speaks by it.</summary>
    private static readonly string[] EnvironmentReaders =
        ["OptionReader", "AgentCommand", "ToolCommands", "HealthProbe", "DnsCommand", "ServerLogging", "StartPause"];

    /// <summary>xunit 2 disposes a test class by IDisposable or IAsyncLifetime; what IAsyncDisposable alone would free stays.</summary>
    [Fact]
    public void Test_classes_are_disposed() =>
        typeof(ConventionTests).Assembly.GetTypes()
            .Where(type => typeof(IAsyncDisposable).IsAssignableFrom(type) && !typeof(IDisposable).IsAssignableFrom(type) && !typeof(IAsyncLifetime).IsAssignableFrom(type))
            .Where(type => type.GetMethods().Any(method => method.IsDefined(typeof(FactAttribute))))
            .Should().BeEmpty();

    /// <summary>The memory of the process is that of all tests that run: what measures it runs alone.</summary>
    [Fact]
    public void Tests_that_measure_the_whole_process_run_alone() =>
        Directory.EnumerateFiles(Path.Combine(Documents.Root(), "HomeCloud.Tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != $"{nameof(ConventionTests)}.cs")
            .Select(file => (Name: Path.GetFileName(file), Text: File.ReadAllText(file)))
            .Where(file => file.Text.Contains("GC.GetTotalMemory(", StringComparison.Ordinal) && !file.Text.Contains($"[Collection({nameof(AloneCollection)}.", StringComparison.Ordinal))
            .Select(file => file.Name)
            .Should().BeEmpty();

    [Fact]
    public void Unsafe_code_stays_in_the_transport()
    {
        var files = SourceFiles()
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}Transport{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => File.ReadLines(file).Any(line => UnsafeKeyword().IsMatch(line)));

        files.Should().BeEmpty();
    }

    [Fact]
    public void The_environment_is_read_only_where_options_are_bound()
    {
        var violations =
            from assembly in Products
            from type in TypeReferences.WrittenTypes(assembly)
            where !OutermostName(type).Contains("Options", StringComparison.Ordinal) && !EnvironmentReaders.Contains(OutermostName(type))
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            from member in TypeReferences.MembersInBody(method)
            where member.DeclaringType == typeof(Environment) && member.Name.Contains("EnvironmentVariable", StringComparison.Ordinal)
            select $"{type.FullName}.{method.Name}";

        violations.Distinct().Should().BeEmpty();
    }

    /// <summary>The framework's own readers take 192.168.1.030 for an octal number, and 10.1 for 10.0.0.1.</summary>
    [Fact]
    public void Addresses_from_outside_are_read_in_one_place()
    {
        var lines = SourceFiles()
            .Where(file => Path.GetFileName(file) != $"{nameof(AddressText)}.cs" && !file.Contains("HomeCloud.Lab", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Where(line => ForeignAddressReader().IsMatch(line)).Select(line => $"{Path.GetFileName(file)}: {line.Trim()}"));

        lines.Should().BeEmpty();
    }

    [Fact]
    public void Dns_types_use_the_words_of_RFC_9499()
    {
        var names = typeof(QueryContext).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith("HomeCloud.Dns", StringComparison.Ordinal) == true && !type.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(type => type.Name)
            .Where(name => ForbiddenWord().IsMatch(name));

        names.Should().BeEmpty();
    }

    /// <summary>A search for a type finds one.</summary>
    [Fact]
    public void Each_type_name_stands_once()
    {
        var twice =
            from assembly in Products.Append(typeof(ConventionTests).Assembly)
            from type in assembly.GetTypes()
            where !type.IsNested && type.Namespace?.StartsWith("HomeCloud.", StringComparison.Ordinal) == true && !type.IsDefined(typeof(CompilerGeneratedAttribute))
            group $"{type.Namespace}.{type.Name}" by type.Name.Split('`')[0] into same
            where same.Select(name => name.Split('`')[0]).Distinct().Count() > 1
            select string.Join(" and ", same);

        twice.Should().BeEmpty();
    }

    private static string OutermostName(Type type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type.Name;
    }

    private static IEnumerable<string> SourceFiles() =>
        Directory.EnumerateDirectories(Documents.Root(), "HomeCloud.*")
            .Where(folder => !folder.EndsWith(".Tests", StringComparison.Ordinal) && !folder.EndsWith(".Bench", StringComparison.Ordinal))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories));

    [GeneratedRegex(@"^\s*[^/]*\bunsafe\b\s*(static|struct|class|partial|ref|readonly|void|int|\{|delegate)")]
    private static partial Regex UnsafeKeyword();

    [GeneratedRegex(@"\b(IPAddress|IPNetwork|IPEndPoint)\.(TryParse\b|Parse\b(?!\(""))")]
    private static partial Regex ForeignAddressReader();

    [GeneratedRegex("(Domain|Entry|Manager|Helper|Utils|Packet)")]
    private static partial Regex ForbiddenWord();
}
